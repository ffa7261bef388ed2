import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'

const restoreSchema = z.object({
  tokens: z.number(),
  readMs: z.number(),
  restoredTokens: z.number(),
  restoreMs: z.number(),
  firstTokenMs: z.number(),
  replyTokens: z.number(),
  isSameReply: z.boolean(),
})

/** What a conversation takes until its next reply can begin: read anew, and brought back. */
export type Restored = z.infer<typeof restoreSchema>

export async function measureRestore(
  program: string,
  model: string,
  { threads, tokens }: { threads: number; tokens: number },
): Promise<Restored> {
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-bench-'))
  try {
    const args = [model, String(threads), String(tokens), folder]
    const { stdout } = await execa(program, args, { stderr: 'ignore' })
    return restoreSchema.parse(JSON.parse(stdout))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
