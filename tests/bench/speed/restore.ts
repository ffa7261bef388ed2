import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { type Restored, restoredSchema } from './records.ts'

export async function measureRestore(
  program: string,
  model: string,
  { threads, tokens }: { threads: number; tokens: number },
): Promise<Restored> {
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-bench-'))
  try {
    const args = [model, String(threads), String(tokens), folder]
    const { stdout } = await execa(program, args, { stderr: 'ignore' })
    return restoredSchema.parse(JSON.parse(stdout))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
