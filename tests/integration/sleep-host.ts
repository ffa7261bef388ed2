/**
 * The app asks its model something and tells each piece of the answer: `sleep-host.ts DATA ENGINE
 * RESOURCES STORE`. An engine that is silent for a second is taken for one that hangs.
 */
import { writeSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { createApp } from '../../src-main/core/create-app.ts'
import { startStoreProcess } from '../../src-main/core/store/store-host.ts'
import type { AppParams, AppRequest } from '../../src-main/shared/app-api.ts'
import { modelId, newChatId, newMessageId } from '../../src-main/shared/ids.ts'

const [data = '', engineFile = '', resourcesFolder = '', storeFile = ''] = process.argv.slice(2)

const tell = (line: object) => void writeSync(1, `${JSON.stringify(line)}\n`)

let storeProcess: number | undefined
const app = await createApp({
  host: 'web',
  version: '0.0.0',
  systemLocale: 'en',
  env: { CHATGLM_DATA_DIR: data, CHATGLM_CACHE_DIR: `${data}/cache` },
  engineWatch: { pingMs: 20, silentPings: 50, stuckPings: 50 },
  ...{ engineFile, resourcesFolder },
  startStore: () => {
    const host = startStoreProcess(pathToFileURL(storeFile))
    storeProcess = host.processId
    return host
  },
  documentWorker: pathToFileURL(storeFile), // no document is read
  log: {
    info: () => undefined,
    error: (line, error) => tell({ type: 'error', line, error: String(error) }),
  },
})
tell({ type: 'processes', ids: [process.pid, storeProcess] })
app.subscribe(({ event, payload }) => {
  if (event === 'engine.changed') tell({ type: 'engine', state: payload.state })
  if (event === 'reply.delta') tell({ type: 'delta' })
  if (event === 'reply.finished') tell({ type: 'finished', message: payload.message })
})

async function ask<R extends AppRequest>(request: R, params: AppParams<R>): Promise<void> {
  const answer = await app.handle(request, params, {})
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`)
}

await ask('settings.write', { changes: { sampling: { temperature: 0, maxNewTokens: 300 } } })
await ask('model.load', { modelId: modelId('demo') })
for (;;) {
  const chatId = newChatId()
  await ask('chat.create', { chatId })
  const finished = new Promise<void>((resolve) => {
    const end = app.subscribe(({ event }) => {
      if (event !== 'reply.finished') return
      end()
      resolve()
    })
  })
  await ask('chat.send', {
    ...{ chatId, questionId: newMessageId(), replyId: newMessageId(), text: 'never stop' },
  })
  await finished
}
