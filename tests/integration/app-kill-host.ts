/**
 * A host without a window that goes on chatting until it is killed: `app-kill-host.ts DATA ENGINE
 * RESOURCES STORE`.
 * It writes a line for everything that the app has acknowledged or told, before going on.
 */
import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { createApp } from '../../src-main/core/create-app.ts'
import { startStoreProcess } from '../../src-main/core/store/store-host.ts'
import type { AppParams, AppRequest } from '../../src-main/shared/app-api.ts'
import { modelId, newChatId, newMessageId } from '../../src-main/shared/ids.ts'

const [dataFolder = '', engineFile = '', resourcesFolder = '', storeFile = ''] =
  process.argv.slice(2)

/** What the test reads; at once, so that nothing is told later than it was known. */
const tell = (line: object) => void writeSync(1, `${JSON.stringify(line)}\n`)

let storeProcess: number | undefined
const app = await createApp({
  host: 'web',
  version: '0.0.0',
  systemLocale: 'en',
  env: { CHATGLM_DATA_DIR: dataFolder, CHATGLM_CACHE_DIR: `${dataFolder}/cache` },
  engineFile,
  resourcesFolder,
  startStore: () => {
    const host = startStoreProcess(pathToFileURL(storeFile))
    storeProcess = host.processId
    return host
  },
  documentWorker: pathToFileURL(storeFile), // no document is read
  log: { info: () => undefined, error: () => undefined },
})

async function ask<R extends AppRequest>(request: R, params: AppParams<R>): Promise<void> {
  const answer = await app.handle(request, params, {})
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`)
}

app.subscribe(({ event, payload }) => {
  if (event === 'reply.delta') {
    const { replyId, offset, text } = payload
    tell({ type: 'delta', replyId, length: offset + text.length, atMs: Date.now() })
  }
  if (event === 'reply.finished') tell({ type: 'finished', replyId: payload.message.id })
  if (event === 'engine.changed' && payload.state.type === 'ready')
    tell({ type: 'engine', processId: payload.state.processId })
})
tell({ type: 'store', processId: storeProcess })
await ask('model.load', { modelId: modelId('demo') })
for (;;) {
  const chatId = newChatId()
  await ask('chat.create', { chatId })
  const ids = { questionId: newMessageId(), replyId: newMessageId() }
  const text = `Question ${ids.questionId}`
  await ask('chat.send', { chatId, ...ids, text })
  tell({ type: 'sent', chatId, ...ids, text })
  await new Promise((resolve) => setTimeout(resolve, 30 + Math.random() * 100))
}
