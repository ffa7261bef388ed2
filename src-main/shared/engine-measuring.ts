import type { ConvertType, ModelFamily } from './engine-api.ts'

/** What `model.fit` computes for. */
export type FitSubject =
  | { type: 'file'; path: string }
  | { type: 'checkpoint'; path: string; convertTo: ConvertType }
  | {
      type: 'shape'
      family: ModelFamily
      /** The precision that is published; official INT4 keeps more of it than what becomes INT4. */
      weightType: 'int4' | 'int8' | 'f16' | 'bf16' | 'f32'
      convertTo: ConvertType
      contextLength: number
      layerCount: number
      hiddenSize: number
      feedForwardSize: number
      headCount: number
      kvHeadCount: number
      vocabularySize: number
    }

/** One element for each token that was judged. */
export interface TextScore {
  /** Natural logarithms of how likely the model held it. */
  logprobs: number[]
  /** Empty without a reference. */
  divergences: TokenDivergence[]
}

/** How a model stands to another one at a token. */
export interface TokenDivergence {
  /** Kullback-Leibler divergence from the reference, the sum of p·log(p/q) with its p. */
  nats: number
  referenceLogprob: number
  /** Whether both hold the same token for the likeliest. */
  sameChoice: boolean
}
