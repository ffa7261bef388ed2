export type WeightType = 'f32' | 'f16' | 'bf16' | 'q8_0' | 'q4_0' | 'q4_k_m'

/** `source` keeps the precision of the checkpoint: INT4 becomes q4_0, INT8 q8_0, without loss. */
export type ConvertType = 'source' | Exclude<WeightType, 'f32'>

export type ModelFamily = 'chatglm2' | 'chatglm3' | 'codegeex2'

export interface ModelDescription {
  path: string
  format: 'gguf' | 'checkpoint'
  family: ModelFamily
  /** The type that most bytes of the block matrices have; for a checkpoint `int4`, `f16`, …. */
  weightType: string
  sizeBytes: number
  parameterCount: number
  layerCount: number
  hiddenSize: number
  feedForwardSize: number
  headCount: number
  kvHeadCount: number
  vocabularySize: number
  contextLength: number
  /** 1 unless the model interpolates positions (ChatGLM2-6B-32K: 16). */
  ropeScale: number
  ropeBase: number
}

/** The header of a GGUF file. Long values are cut. */
export interface GgufDetails {
  metadata: { key: string; type: string; value: string }[]
  tensors: { name: string; type: string; shape: number[] }[]
}
