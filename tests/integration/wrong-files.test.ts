import {
  copyFileSync,
  cpSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { EngineProcess } from '../../src-main/core/engine/engine-process.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import { AppError } from '../../src-main/shared/errors.ts'
import en from '../../src-renderer/locales/en/errors.json'
import zhCn from '../../src-renderer/locales/zh-CN/errors.json'
import zhTw from '../../src-renderer/locales/zh-TW/errors.json'
import { newDataFolder, startTestApp } from '../fakes/test-app.ts'
import { newFolder } from '../fakes/new-folder.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

const pickles = join(import.meta.dirname, '../fixtures/pickle')
const lfsPointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`

/** The folder of a good checkpoint, in which one thing is made wrong. */
type Break = (folder: string) => void

const weights = 'pytorch_model.bin'
const write =
  (name: string, text: string): Break =>
  (folder) =>
    writeFileSync(join(folder, name), text)
const remove =
  (name: string): Break =>
  (folder) =>
    rmSync(join(folder, name))
const cut =
  (name: string, bytes: number): Break =>
  (folder) =>
    truncateSync(join(folder, name), bytes)
const put =
  (fixture: string): Break =>
  (folder) =>
    copyFileSync(join(pickles, fixture), join(folder, weights))
const configure =
  (changes: Record<string, unknown>): Break =>
  (folder) => {
    const file = join(folder, 'config.json')
    const config: unknown = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...(config as object), ...changes }))
  }
/** Changes bytes in the midst of the weights' list, or of another file. */
const scribble =
  (name: string, at: (size: number) => number): Break =>
  (folder) => {
    const file = join(folder, name)
    const bytes = readFileSync(file)
    bytes.fill(0xff, at(bytes.length), at(bytes.length) + 40)
    writeFileSync(file, bytes)
  }
const asShards =
  (missing: string): Break =>
  (folder) => {
    renameSync(join(folder, weights), join(folder, 'pytorch_model-00001-of-00002.bin'))
    const index = { weight_map: { a: 'pytorch_model-00001-of-00002.bin', b: missing } }
    writeFileSync(join(folder, 'pytorch_model.bin.index.json'), JSON.stringify(index))
  }

const folderName = '模型 folder'
const otherShard = 'pytorch_model-00002-of-00002.bin'

/** What is wrong, how it is made, what is said, of which file, and with which detail. */
const cases: [string, Break, string, string, string?][] = [
  ['no config.json', remove('config.json'), 'config_missing', folderName],
  ['an empty config.json', write('config.json', ''), 'config_wrong', 'config.json'],
  ['a config.json cut off', cut('config.json', 100), 'config_wrong', 'config.json'],
  [
    'a config.json of GLM-4',
    configure({ model_type: 'glm4' }),
    'other_model',
    'config.json',
    'GLM-4',
  ],
  [
    'a config.json of Llama',
    configure({ model_type: 'llama' }),
    'other_model',
    'config.json',
    'llama',
  ],
  ['a config.json of nothing', write('config.json', '{}'), 'unknown_model', 'config.json'],
  ['a wrong size', configure({ hidden_size: 0 }), 'config_wrong', 'config.json'],
  ['a size of another model', configure({ ffn_hidden_size: 64 }), 'config_of_other', weights],
  ['layers that are not there', configure({ num_layers: 40 }), 'tensor_missing', folderName],
  ['no weights', remove(weights), 'no_weights', folderName],
  ['a missing shard', asShards(otherShard), 'weights_missing', folderName, otherShard],
  [
    'a list of shards that is none',
    (folder) => {
      asShards(otherShard)(folder)
      write('pytorch_model.bin.index.json', '{"weight_map"')(folder)
    },
    'index_damaged',
    'pytorch_model.bin.index.json',
  ],
  [
    'a shard twice',
    (folder) => {
      asShards(otherShard)(folder)
      copyFileSync(join(folder, 'pytorch_model-00001-of-00002.bin'), join(folder, otherShard))
    },
    'weights_twice',
    otherShard,
  ],
  [
    'a shard cut off',
    (folder) => {
      asShards(otherShard)(folder)
      copyFileSync(join(folder, 'pytorch_model-00001-of-00002.bin'), join(folder, otherShard))
      truncateSync(join(folder, otherShard), 1_000_000)
    },
    'cut_off',
    otherShard,
  ],
  ['weights cut off', cut(weights, 1_000_000), 'cut_off', weights],
  ['empty weights', cut(weights, 0), 'empty', weights],
  ['weights with a damaged list', scribble(weights, (size) => size - 200), 'damaged', weights],
  ['a Git LFS pointer', write(weights, lfsPointer), 'lfs_pointer', weights],
  ['a web page', write(weights, '<!DOCTYPE html><html></html>'), 'web_page', weights],
  ['something else', write(weights, 'no weights at all'), 'not_weights', weights],
  ['weights of an old PyTorch', put('legacy_nonzip.bin'), 'old_pytorch', weights],
  ['weights that run a program', put('hostile_reduce.bin'), 'unsafe', weights],
  ['weights of nothing known', put('types.bin'), 'tensor_missing', folderName],
  ['weights without their data', put('missing_storage.bin'), 'damaged', weights],
  ['a ggml file as weights', write(weights, 'ggml............'), 'old_ggml', weights],
  ['no tokenizer.model', remove('tokenizer.model'), 'tokenizer_missing', folderName],
  ['an empty tokenizer.model', cut('tokenizer.model', 0), 'empty', 'tokenizer.model'],
  ['a tokenizer.model cut off', cut('tokenizer.model', 5000), 'tokenizer_wrong', 'tokenizer.model'],
  [
    'a pointer as tokenizer.model',
    write('tokenizer.model', lfsPointer),
    'lfs_pointer',
    'tokenizer.model',
  ],
  [
    'damaged safetensors',
    (folder) => {
      remove(weights)(folder)
      write('model.safetensors', `\u0010\0\0\0\0\0\0\0{"a": 1, ]       `)(folder)
    },
    'damaged',
    'model.safetensors',
  ],
]

/** Files that are given as they are. */
const files: [string, string, string | Buffer, string][] = [
  ['a text', 'notes.txt', 'Hello', 'no_gguf'],
  ['a ggml file', 'chatglm2-ggml.bin', 'ggml............', 'old_ggml'],
  ['a pointer', 'model.gguf', lfsPointer, 'lfs_pointer'],
  ['an empty file', 'model.gguf', '', 'no_gguf'],
  ['a header cut off', 'model.gguf', 'GGUF\u0003\0\0\0', 'file_truncated'],
  [
    'a damaged header',
    'model.gguf',
    Buffer.concat([Buffer.from('GGUF\u0003\0\0\0'), Buffer.alloc(16, 1)]),
    'invalid_gguf',
  ],
]

const sentences = [en, zhCn, zhTw].map(({ files }) => files as Record<string, string>)

function brokenFolder(change: Break): string {
  const folder = join(newFolder(), folderName)
  cpSync(modelPath, folder, { recursive: true })
  change(folder)
  return folder
}

/** Every language has a sentence for it, which names the file and the detail. */
function expectSentence(problem: string, detail: string): void {
  for (const languageSentences of sentences) {
    expect(languageSentences[problem]).toContain('{file}')
    if (detail !== '') expect(languageSentences[problem]).toContain('{detail}')
  }
}

describe.skipIf(!hasRealEngine)('what is wrong with a person’s files is told', () => {
  let engine: EngineProcess

  beforeAll(() => {
    engine = new EngineProcess({ program: { file: engineFile } })
  })
  afterAll(() => engine.stop())

  async function failureOf(path: string): Promise<AppError> {
    const client = await engine.start()
    const ask = async () => {
      await client.request('model.inspect', { path })
      const options = { modelsFolder: newFolder(), type: 'source' as const }
      await client.request('model.load', { path: await prepareModel(client, path, options) })
    }
    return ask().then(
      () => Promise.reject(new Error('It was taken for a good model.')),
      (error: unknown) => (error instanceof AppError ? error : Promise.reject(error as Error)),
    )
  }

  test.each(cases)('a folder with %s', async (_, change, problem, file, detail) => {
    const { fileProblem, code } = await failureOf(brokenFolder(change))

    expect(fileProblem).toMatchObject({ problem, ...(detail === undefined ? {} : { detail }) })
    expect(basename(fileProblem?.file ?? '')).toBe(file)
    expect(code).toMatch(/^engine\./)
    expectSentence(problem, fileProblem?.detail ?? '')
  })

  test.each(files)('%s', async (_, name, content, sentence) => {
    const path = join(newFolder(), name)
    writeFileSync(path, content)

    const { fileProblem, code } = await failureOf(path)

    expect(basename(fileProblem?.file ?? '')).toBe(name)
    const told = fileProblem?.problem === '' ? code.replace('engine.', '') : fileProblem?.problem
    expect(told).toBe(sentence)
    expectSentence(sentence, '')
  })

  test('to whoever asked the app, too', async () => {
    const { app } = await startTestApp({}, newDataFolder(), engineFile)
    onTestFinished(() => app.close())
    const path = brokenFolder(remove('tokenizer.model'))

    const answer = await app.handle('model.open', { path }, {})

    expect(answer).toMatchObject({
      ok: false,
      error: { fileProblem: { problem: 'tokenizer_missing', file: path } },
    })
  })
})
