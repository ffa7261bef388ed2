import { z } from 'zod'

const areDifferent = (names: string[]): boolean => new Set(names).size === names.length

const word = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/)
const size = z.int().nonnegative()
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** Never leaves the folder of its model. */
const filePath = z
  .string()
  .max(255)
  .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/)

const repository = z
  .string()
  .max(200)
  .regex(/^[\w.-]+(\/[\w.-]+)?$/)

const file = z.object({
  path: filePath,
  sizeBytes: size.nullable(),
  sha256: sha256.nullable(),
  blocks: z
    .object({ sizeBytes: z.int().min(64 * 1024), sha256: z.array(sha256).max(1_000_000) })
    .exactOptional(),
})

const result = z.object({
  type: z.enum(['source', 'f16', 'bf16', 'q8_0', 'q4_0', 'q4_k_m']),
  sizeBytes: size,
})

const model = z.object({
  id: word,
  name: z.string().min(1).max(100),
  family: z.enum(['chatglm2', 'chatglm3', 'codegeex2']),
  summary: z.object({ 'zh-CN': z.string(), 'zh-TW': z.string(), en: z.string() }),
  weightType: z.enum(['int4', 'f16', 'bf16', 'f32']),
  parameterCount: size,
  contextLength: z.int().positive(),
  shape: z.object({
    layerCount: z.int().positive(),
    hiddenSize: z.int().positive(),
    feedForwardSize: z.int().positive(),
    headCount: z.int().positive(),
    kvHeadCount: z.int().positive(),
    vocabularySize: z.int().positive(),
  }),
  licenceId: word,
  files: z
    .array(file)
    .min(1)
    .max(1000)
    // Some file systems take `A` and `a` for the same.
    .refine(
      (files) => areDifferent(files.map(({ path }) => path.toLowerCase())),
      'A path comes twice',
    ),
  sources: z.object({
    huggingface: repository.exactOptional(),
    hf_mirror: repository.exactOptional(),
    modelscope: repository.exactOptional(),
    tsinghua: repository.exactOptional(),
  }),
  results: z.array(result).min(1).max(10),
})

/** A licence as the file holds it; its text stands in a file beside, or in the entry itself. */
const licence = z.object({
  id: word,
  name: z.string().min(1).max(200),
  // Parsers of addresses also take one slash, or three.
  url: z.url({ protocol: /^https$/ }).startsWith('https://'),
  textFile: filePath.exactOptional(),
  text: z.string().max(100_000).exactOptional(),
})

/** `catalogue.json` as `resources/catalogue/README.md` describes it. */
export const catalogueFileSchema = z
  .object({
    version: z.literal(1),
    updated: z.iso.date(),
    models: z.array(model).min(1).max(1000),
    licences: z.array(licence).max(100),
  })
  .refine(({ models }) => areDifferent(models.map(({ id }) => id)), 'A model comes twice')
  .refine(({ licences }) => areDifferent(licences.map(({ id }) => id)), 'A licence comes twice')
  // A model without one would be downloaded unasked.
  .refine(({ models, licences }) => {
    const known = new Set(licences.map(({ id }) => id))
    return models.every(({ licenceId }) => known.has(licenceId))
  }, 'A model names a licence that is not in the file')
