import { useI18n } from 'vue-i18n'
import type { CatalogueModel, SourceKind } from '@shared/catalogue.ts'
import type { ConvertType, ModelFamily } from '@shared/engine-api.ts'
import { weightFullName } from './weight-names.ts'

export { sourceKinds } from '@shared/catalogue.ts'

/** As the authors write them. */
export const familyNames: Record<ModelFamily, string> = {
  chatglm2: 'ChatGLM2',
  chatglm3: 'ChatGLM3',
  codegeex2: 'CodeGeeX2',
}

/** What a weight takes as it is published, by and large. */
const publishedBytes: Record<CatalogueModel['weightType'], number> = {
  int4: 0.63,
  f16: 2,
  bf16: 2,
  f32: 4,
}

/** Bytes to fetch; `isExact` is false where only the source knows some of them. */
export function downloadBytes(model: CatalogueModel): { bytes: number; isExact: boolean } {
  const { files, parameterCount, weightType } = model
  const known = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0)
  // What is left unsaid may be all of the weights, or a few lines of settings.
  const expected = parameterCount * publishedBytes[weightType]
  const isExact = files.every(({ sizeBytes }) => sizeBytes !== null)
  return { bytes: isExact ? known : Math.max(known, expected), isExact }
}

/** The type of the file that a conversion writes: `source` keeps what is published. */
export function resultType(model: CatalogueModel, type: ConvertType): string {
  if (type !== 'source') return type
  return model.weightType === 'int4' ? 'q4_0' : model.weightType
}

/** Whether a conversion changes no weight. */
export function isLossless(model: CatalogueModel, type: ConvertType): boolean {
  return type === 'source' || resultType(model, 'source') === type
}

/** What is said of models that can be downloaded. */
export function useCatalogueWords() {
  const { t } = useI18n()

  const resultName = (model: CatalogueModel, type: ConvertType): string =>
    weightFullName(resultType(model, type))

  /** What the conversion does to the weights, in plain words. */
  function resultText(model: CatalogueModel, type: ConvertType): string {
    if (isLossless(model, type)) return t('catalogue.results.lossless')
    return t(`catalogue.results.${resultType(model, type)}`)
  }

  const sourceName = (source: SourceKind): string => t(`catalogue.source_names.${source}`)

  return { resultName, resultText, sourceName }
}
