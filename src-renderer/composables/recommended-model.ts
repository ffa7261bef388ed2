import type { Catalogue, CatalogueModel } from '@shared/catalogue.ts'

/**
 * Below this much memory the 4-bit form serves best: it is a third of the download and writes faster,
 * since writing a token reads all weights once.
 */
const ampleMemoryBytes = 48 * 2 ** 30
/** Computers report a little less than what they were sold with. */
const sparedBytes = 2 ** 30

/** The two official forms that the first start offers, by their ids in the catalogue. */
export const officialIds = { int4: 'chatglm2-6b-int4', fp16: 'chatglm2-6b' } as const

/** The one model that most people with this much memory are served best by. */
export function recommendedId(memoryTotalBytes: number): string {
  return memoryTotalBytes < ampleMemoryBytes - sparedBytes ? officialIds.int4 : officialIds.fp16
}

/** The models by family, families and models in the order of the catalogue, the best one first. */
export function byFamily(
  { models }: Catalogue,
  recommended: string,
): { family: CatalogueModel['family']; models: CatalogueModel[] }[] {
  const isBest = ({ id }: CatalogueModel): boolean => id === recommended
  const best = models.filter(isBest)
  const sorted = [...best, ...models.filter((model) => !isBest(model))]
  const families = [...new Set(sorted.map(({ family }) => family))]
  return families.map((family) => ({
    family,
    models: sorted.filter((model) => model.family === family),
  }))
}
