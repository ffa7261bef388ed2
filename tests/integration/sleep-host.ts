/**
 * The app asks its model something and tells each piece of the answer: `sleep-host.ts DATA ENGINE
 * RESOURCES STORE`. An engine that is silent for a second is taken for one that hangs.
 */
import { modelId, newChatId, newMessageId } from '../../src-main/shared/ids.ts'
import { askApp, openWindowless, tell } from '../fakes/windowless-app.ts'

const { app, storeProcess } = await openWindowless({
  engineWatch: { pingMs: 20, silentPings: 50, stuckPings: 50 },
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

await askApp(app, 'settings.write', {
  changes: { sampling: { temperature: 0, maxNewTokens: 300 } },
})
await askApp(app, 'model.load', { modelId: modelId('demo') })
for (;;) {
  const chatId = newChatId()
  await askApp(app, 'chat.create', { chatId })
  const finished = new Promise<void>((resolve) => {
    const end = app.subscribe(({ event }) => {
      if (event !== 'reply.finished') return
      end()
      resolve()
    })
  })
  await askApp(app, 'chat.send', {
    ...{ chatId, questionId: newMessageId(), replyId: newMessageId(), text: 'never stop' },
  })
  await finished
}
