import type { ConvertType, ModelFamily } from './engine-api.ts'
import type { Locale } from './settings.ts'

/** Where files of models are found; `custom` is the address or folder of the settings. */
export const sourceKinds = ['huggingface', 'hf_mirror', 'modelscope', 'tsinghua', 'custom'] as const
export type SourceKind = (typeof sourceKinds)[number]

/** A file of a model, as its authors publish it. */
export interface CatalogueFile {
  /** Relative to the folder of the model, with `/`. */
  path: string
  /** Null where only the source knows it. */
  sizeBytes: number | null
  /** Lower-case hexadecimal SHA-256; null where it is learnt from the source. */
  sha256: string | null
  /** SHA-256 of each block of `sizeBytes` bytes, the last one shorter, where they are known. */
  blocks?: { sizeBytes: number; sha256: string[] }
}

/** What a model becomes on arrival, and how large its file is then. */
export interface CatalogueResult {
  type: ConvertType
  sizeBytes: number
}

/** What memory use depends on. */
export interface ModelShape {
  layerCount: number
  hiddenSize: number
  feedForwardSize: number
  headCount: number
  kvHeadCount: number
  vocabularySize: number
}

/** A model that can be downloaded. */
export interface CatalogueModel {
  /** Lower-case words with `-`; names the folder of the model, too. */
  id: string
  /** As its authors write it. */
  name: string
  family: ModelFamily
  summary: Record<Locale, string>
  /** The precision that is published. */
  weightType: 'int4' | 'f16' | 'bf16' | 'f32'
  parameterCount: number
  contextLength: number
  shape: ModelShape
  licenceId: string
  files: CatalogueFile[]
  /** The name of the repository at each source that has it. */
  sources: Partial<Record<Exclude<SourceKind, 'custom'>, string>>
  /** The first is the recommended one. */
  results: CatalogueResult[]
}

/** What fetching needs of a model. */
export type FetchableModel = Pick<CatalogueModel, 'id' | 'name' | 'files' | 'sources'>

export interface Licence {
  id: string
  name: string
  url: string
  text: string
}

/** `resources/catalogue/catalogue.json`, or a newer one that the person has put beside the data. */
export interface Catalogue {
  version: 1
  /** ISO 8601 date of the last change. */
  updated: string
  models: CatalogueModel[]
  licences: Licence[]
}
