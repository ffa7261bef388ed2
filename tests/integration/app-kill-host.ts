/**
 * A host without a window that goes on chatting until it is killed: `app-kill-host.ts DATA ENGINE
 * RESOURCES STORE`.
 * It writes a line for everything that the app has acknowledged or told, before going on.
 */
import { modelId, newChatId, newMessageId } from '../../src-main/shared/ids.ts'
import { askApp, openWindowless, tell } from '../fakes/windowless-app.ts'

const { app, storeProcess } = await openWindowless({
  log: { info: () => undefined, error: () => undefined },
})

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
await askApp(app, 'model.load', { modelId: modelId('demo') })
for (;;) {
  const chatId = newChatId()
  await askApp(app, 'chat.create', { chatId })
  const ids = { questionId: newMessageId(), replyId: newMessageId() }
  const text = `Question ${ids.questionId}`
  await askApp(app, 'chat.send', { chatId, ...ids, text })
  tell({ type: 'sent', chatId, ...ids, text })
  await new Promise((resolve) => setTimeout(resolve, 30 + Math.random() * 100))
}
