/**
 * Does a bit of everything with the app on a disk that fails: `app-faults-host.ts DATA ENGINE RESOURCES
 * STORE PROMPTS`. Writes a line for each step with the code of its failure, `null` when it succeeded, and
 * the reply where it is one. At the end the disk is well again, and every step must succeed.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../../src-main/core/create-app.ts'
import { LogFile } from '../../src-main/electron/log-file.ts'
import { startApiServer } from '../../src-main/http/api/api-server.ts'
import { createAnswerer } from '../../src-main/http/api/create-answerer.ts'
import type { AppParams, AppRequest, AppResult } from '../../src-main/shared/app-api.ts'
import { AppError } from '../../src-main/shared/errors.ts'
import {
  type ChatId,
  modelId,
  newChatId,
  newMessageId,
  remoteId,
} from '../../src-main/shared/ids.ts'
import { countWrites, setDiskFault } from '../fakes/failing-disk/failing-disk.ts'
import { until } from '../fakes/wait.ts'
import { dataFolder as data, more, openWindowless, tell } from '../fakes/windowless-app.ts'

const [prompts = ''] = more
const keysFile = join(data, 'remote-keys.json')
const waitMs = 60_000
const log = new LogFile(data)

const open = async (): Promise<App> =>
  (await openWindowless({ log, listenApi: startApiServer, createAnswerer })).app

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

async function attempt(step: string, run: () => Promise<string | undefined>): Promise<void> {
  try {
    tell({ step, code: null, text: await run() })
  } catch (error) {
    tell({ step, code: codeOf(error) })
  }
}

/** What a person does. */
class Person {
  constructor(private readonly app: App) {}

  async ask<R extends AppRequest>(request: R, params: AppParams<R>): Promise<AppResult<R>> {
    const answer = await this.app.handle(request, params, {})
    if (answer.ok) return answer.value as AppResult<R>
    throw new AppError(answer.error.code, answer.error.message)
  }

  async load(): Promise<undefined> {
    await this.ask('model.load', { modelId: modelId('demo') })
    let state = (await this.ask('app.read', {})).model
    await until(async () => {
      state = (await this.ask('app.read', {})).model
      return state.type === 'ready' || state.type === 'failed'
    }, waitMs)
    if (state.type === 'failed') throw new AppError(state.failure.code, state.failure.message)
  }

  async set(): Promise<undefined> {
    const remotes = ['one', 'two'].map((name) => ({
      ...{ id: remoteId(name), name, address: 'http://localhost:1/v1', models: [] },
    }))
    await this.ask('settings.write', { changes: { remotes, sampling: { temperature: 0 } } })
  }

  async seal(name: string, key: string): Promise<undefined> {
    await this.ask('remote.write_key', { remoteId: remoteId(name), key })
  }

  async begin(chatId: ChatId): Promise<undefined> {
    await this.ask('chat.create', { chatId })
    await this.ask('chat.write_draft', { chatId, text: '草稿' })
  }

  async chat(chatId: ChatId, text: string): Promise<string> {
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await this.ask('chat.send', { chatId, ...ids, text })
    const isWriting = async () =>
      (await this.ask('app.read', {})).replies.some(({ replyId }) => replyId === ids.replyId)
    await until(async () => !(await isWriting()), waitMs)
    const reply = (await this.ask('chat.path', { chatId })).at(-1)
    if (reply?.status === 'done') return reply.text
    throw new AppError(reply?.failure?.code ?? `${reply?.status} without a failure`, '')
  }

  async end(): Promise<undefined> {
    await this.seal('one', 'first-key')
    await this.app.close()
  }

  async batch(): Promise<undefined> {
    await this.ask('batch.start', { path: prompts })
    await until(async () => (await this.ask('batch.read', {})).type !== 'running', waitMs)
    const state = await this.ask('batch.read', {})
    if (state.type === 'failed') throw new AppError(state.failure.code, state.failure.message)
    if (state.type === 'ended' && state.progress.failed > 0) throw new Error('lines failed')
  }
}

async function work(person: Person, when: 'faulty' | 'well'): Promise<void> {
  const chatId = newChatId()
  await attempt(`${when}: load`, () => person.load())
  await attempt(`${when}: setting`, () => person.set())
  await attempt(`${when}: key`, () => person.seal('two', `key-${when}`))
  await attempt(`${when}: chat`, () => person.begin(chatId))
  await attempt(`${when}: reply`, () => person.chat(chatId, '你好'))
  await attempt(`${when}: next reply`, () => person.chat(chatId, 'Who are you?'))
  await attempt(`${when}: batch`, () => person.batch())
}

/** Once; later calls answer the same app. */
let person: Person | undefined
const start = async (): Promise<undefined> => {
  person ??= new Person(await open())
}
const control = process.env['CHATGLM_TEST_DISK_CONTROL'] ?? ''

await attempt('faulty: start', start)
if (person) await work(person, 'faulty')
const keys = existsSync(keysFile) ? readFileSync(keysFile, 'utf8') : null
tell({ step: 'room', code: null, writes: countWrites(control), keys })
setDiskFault(control, {})
await attempt('well: start', start)
if (person) await work(person, 'well')
await attempt('well: end', async () => person?.end())
log.info('the end')
await log.flush()
process.exit()
