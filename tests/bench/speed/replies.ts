import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import { root } from '../../../build/setup/paths.ts'
import { EngineProcess } from '../../../src-main/core/engine/engine-process.ts'
import { prepareModel } from '../../../src-main/core/models/prepare-model.ts'
import { type Replies, repliesSchema } from './records.ts'
import { parseLines } from './samples.ts'

const textsSchema = z.array(z.object({ name: z.string(), prompt: z.string(), reply: z.string() }))
const goldens = process.env['CHATGLM_GOLDENS'] ?? join(root, '../shared/goldens')

/** The texts as the official tokenizer splits them, in the form that bench-replies reads. */
async function tokenizedTexts(engineFile: string, folder: string): Promise<string> {
  const checkpoint = join(goldens, 'models/tiny-realvocab')
  const source = await mkdtemp(join(folder, 'source-'))
  for (const name of await readdir(checkpoint))
    await symlink(join(checkpoint, name), join(source, name))
  await symlink(join(goldens, 'tokenizer/tokenizer.model'), join(source, 'tokenizer.model'))
  const engine = new EngineProcess({ program: { file: engineFile } })
  try {
    const client = await engine.start()
    const path = await prepareModel(client, source, { modelsFolder: folder, type: 'f16' })
    await client.request('model.load', { path, threads: 1 })
    const idsOf = async (text: string): Promise<string> =>
      (await client.request('text.tokenize', { text })).ids.join(' ')
    const file = join(import.meta.dirname, 'reply-texts.json')
    const lines: string[] = []
    for (const { name, prompt, reply } of textsSchema.parse(
      JSON.parse(await readFile(file, 'utf8')),
    ))
      lines.push(name, await idsOf(prompt), await idsOf(reply))
    return `${lines.join('\n')}\n`
  } finally {
    await engine.stop()
  }
}

/** Null, with a line that says why, where the official tokenizer is not at hand. */
export async function measureReplies(
  program: string,
  engineFile: string,
  model: string,
  { threads, rounds }: { threads: number; rounds: number },
): Promise<Replies | null> {
  if (!existsSync(join(goldens, 'tokenizer/tokenizer.model'))) {
    process.stderr.write(`Drafts are not measured: there is no official tokenizer at ${goldens}.\n`)
    return null
  }
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-bench-'))
  try {
    const texts = join(folder, 'texts')
    await writeFile(texts, await tokenizedTexts(engineFile, folder))
    const { stdout } = await execa(program, [model, texts, String(threads), String(rounds)], {
      stderr: 'ignore',
    })
    const lines = parseLines(stdout)
    return repliesSchema.parse({ drafted: lines.slice(0, -1), sharing: lines.at(-1) })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
