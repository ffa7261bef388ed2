import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { caseName } from './grid.ts'

/** What a machine can do at most; figures a second. */
export const limitsSchema = z.object({
  threads: z.number(),
  readBytes: z.number().optional(),
  /** Which instruction multiplies bytes. */
  byteInstruction: z.string().optional(),
  byteProducts: z.number().optional(),
  floatProducts: z.number().optional(),
})
const rowSchema = z.object({
  test: z.object({
    kind: z.enum(['prompt', 'reply', 'batch']),
    count: z.number(),
    depth: z.number(),
  }),
  oursPerSecond: z.number(),
  theirsPerSecond: z.number(),
})
const sectionSchema = z.object({
  weights: z.enum(['q4_0', 'q8_0']),
  threads: z.number(),
  layers: z.number(),
  rounds: z.number(),
  rows: z.array(rowSchema),
  oursBytes: z.number(),
  theirsBytes: z.number(),
})
export const repliesSchema = z.object({
  drafted: z.array(
    z.object({
      name: z.string(),
      tokens: z.number(),
      plainPerSecond: z.number(),
      draftedPerSecond: z.number(),
      steps: z.number(),
      drafted: z.number(),
      accepted: z.number(),
    }),
  ),
  sharing: z.object({
    usualMs: z.number(),
    sharedMs: z.number(),
    longestMs: z.number(),
    steps: z.number(),
  }),
})
export const restoredSchema = z.object({
  tokens: z.number(),
  readMs: z.number(),
  restoredTokens: z.number(),
  restoreMs: z.number(),
  firstTokenMs: z.number(),
  replyTokens: z.number(),
  isSameReply: z.boolean(),
})
const startSchema = z.object({
  /** From the start of the engine's process until it takes requests. */
  engineMs: z.number(),
  loadMs: z.number(),
  /** From the request to the first token of a reply. */
  firstTokenMs: z.number(),
  /** What the same prompt takes once more, with nothing of it in the cache. */
  evaluationMs: z.number(),
  isMappedPacked: z.boolean(),
})
const startsSchema = z.object({
  first: startSchema,
  /** With the weights that the first start has kept. */
  second: startSchema,
  /** From the first reply until the weights were kept. */
  keepMs: z.number(),
})
const recordsSchema = z.object({
  processor: z.string(),
  logicalProcessors: z.number(),
  limits: z.array(limitsSchema),
  sections: z.array(sectionSchema),
  replies: repliesSchema.optional(),
  restored: restoredSchema.optional(),
  starts: startsSchema.optional(),
})

export type Limits = z.infer<typeof limitsSchema>
export type Row = z.infer<typeof rowSchema>
/** One grid, ours beside llama.cpp's. */
export type Section = z.infer<typeof sectionSchema>
/** Replies with drafts, and one that another prompt is read beside. */
export type Replies = z.infer<typeof repliesSchema>
/** What a conversation takes until its next reply can begin: read anew, and brought back. */
export type Restored = z.infer<typeof restoredSchema>
export type Start = z.infer<typeof startSchema>
export type Starts = z.infer<typeof startsSchema>
/** All that was measured last, part by part; the report is made of it. */
export type Records = z.infer<typeof recordsSchema>

export async function readRecords(path: string): Promise<Records> {
  return recordsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
}

export async function writeRecords(path: string, records: Records): Promise<void> {
  await writeFile(path, `${JSON.stringify(records, null, 2)}\n`)
}

const sectionKey = ({ layers, weights, threads }: Omit<Section, 'rows'>): string =>
  `${layers} ${weights} ${threads}`

/** With `section` in place of an earlier one of the same model and threads; its cases stay else. */
export function withSection(records: Records, section: Section): Records {
  const earlier = records.sections.find((known) => sectionKey(known) === sectionKey(section))
  const measured = new Set(section.rows.map(({ test }) => caseName(test)))
  const kept = (earlier?.rows ?? []).filter(({ test }) => !measured.has(caseName(test)))
  const rows = [...section.rows, ...kept]
  const others = records.sections.filter((known) => known !== earlier)
  return { ...records, sections: [...others, { ...section, rows }] }
}

/** Cases of `section` that are more than `tolerance` worse than recorded, beside llama.cpp. */
export function findWorse(records: Records, section: Section, tolerance: number): string[] {
  const earlier = records.sections.find((known) => sectionKey(known) === sectionKey(section))
  const ratioOf = ({ oursPerSecond, theirsPerSecond }: Row) => oursPerSecond / theirsPerSecond
  return section.rows.flatMap((row) => {
    const name = caseName(row.test)
    const before = earlier?.rows.find(({ test }) => caseName(test) === name)
    if (!before || ratioOf(row) >= ratioOf(before) * (1 - tolerance)) return []
    const ratios = `${ratioOf(row).toFixed(2)} instead of ${ratioOf(before).toFixed(2)}`
    return [`${section.weights} ${section.threads} ${name}: ${ratios}`]
  })
}
