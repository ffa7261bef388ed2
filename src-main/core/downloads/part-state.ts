import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const schema = z.object({
  version: z.literal(1),
  sizeBytes: z.number().int().nonnegative(),
  blockBytes: z.number().int().positive(),
  /** Null while nobody has told it. */
  sha256: z.string().nullable(),
  /** The source that all bytes come from; null when the hash tells whether they fit together. */
  onlySource: z.string().nullable(),
  /** The version that each source had; null when it told none. */
  etags: z.record(z.string(), z.string().nullable()),
  /** Bytes of each block, from its beginning, that are on the disk for certain. */
  done: z.array(z.number().int().nonnegative()),
})

/** What `name.part.json` holds. */
export type PartState = z.infer<typeof schema>

/** Null when there is none, or none that can be understood. */
export async function readPartState(path: string): Promise<PartState | null> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch {
    return null // nothing has been fetched yet
  }
  const parsed = schema.safeParse(parseJson(text))
  if (!parsed.success) return null
  const { done, sizeBytes, blockBytes } = parsed.data
  const fits = done.every((bytes, block) => bytes <= blockLength(sizeBytes, blockBytes, block))
  return fits && done.length === Math.ceil(sizeBytes / blockBytes) ? parsed.data : null
}

/** The last block of a file may be shorter. */
export const blockLength = (sizeBytes: number, blockBytes: number, block: number): number =>
  Math.min(blockBytes, sizeBytes - block * blockBytes)

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // as good as none
  }
}
