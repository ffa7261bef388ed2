import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { chatId, messageId } from '../../../../src-main/shared/ids.ts'
import { newDataFolder, startTestApp } from '../../../fakes/test-app.ts'

test('answers a file beside it, tells how far, and goes on after a stop', async () => {
  const dataFolder = newDataFolder()
  const file = (name: string) => join(dirname(dataFolder), name)
  writeFileSync(file('model.gguf'), 'GGUF')
  const prompts = Array.from({ length: 30 }, (_, id) => `${JSON.stringify({ id, prompt: 'a' })}\n`)
  writeFileSync(file('mine.jsonl'), prompts.join(''))
  const { app, ask, waitFor, events } = await startTestApp({ pieceDelayMs: 10 }, dataFolder)
  onTestFinished(() => app.close())
  await ask('model.open', { path: file('model.gguf') })
  await waitFor('model.changed', ({ state }) => state.type === 'ready')

  const path = file('mine.jsonl')
  await ask('batch.start', { path })
  await expect(ask('batch.start', { path })).rejects.toMatchObject({ code: 'batch.running' })
  await waitFor(
    'batch.changed',
    ({ state }) => state.type === 'running' && state.progress.answered > 0,
  )
  await ask('batch.stop', {})
  expect(await ask('batch.read', {})).toMatchObject({ type: 'stopped', progress: { failed: 0 } })

  events.length = 0
  await ask('batch.start', { path })
  const { state } = await waitFor('batch.changed', (told) => told.state.type === 'ended')
  const output = file('mine.answers.jsonl')
  expect(state).toMatchObject({ output, progress: { total: 30, failed: 0 } })
  expect(readFileSync(output, 'utf8').trimEnd().split('\n')).toHaveLength(30)

  await expect(ask('batch.start', { path: file('a.txt') })).rejects.toMatchObject({
    code: 'batch.unknown_kind',
  })
  await ask('batch.start', { path: file('gone.csv') })
  await waitFor('batch.changed', (told) => told.state.type === 'failed')
})

test('a model that has crashed the engine is loaded once for all that is asked together', async () => {
  const dataFolder = newDataFolder()
  const file = (name: string) => join(dirname(dataFolder), name)
  writeFileSync(file('model.gguf'), 'GGUF')
  const prompts = Array.from({ length: 8 }, (_, id) => `${JSON.stringify({ id, prompt: 'a' })}\n`)
  writeFileSync(file('mine.jsonl'), prompts.join(''))
  writeFileSync(file('first.jsonl'), '{"prompt":"crash"}\n')
  const requestLog = file('requests')
  const crashOnceAt = { content: 'crash', file: file('crashed') }
  const { app, ask, waitFor, events } = await startTestApp({ crashOnceAt, requestLog }, dataFolder)
  onTestFinished(() => app.close())
  await ask('model.open', { path: file('model.gguf') })
  await waitFor('model.changed', ({ state }) => state.type === 'ready')
  const chat = chatId('c')
  const ids = { questionId: messageId('q'), replyId: messageId('r') }
  await ask('chat.create', { chatId: chat })
  await ask('chat.send', { chatId: chat, ...ids, text: 'crash' })
  await waitFor('model.changed', ({ state }) => state.type === 'failed')

  events.length = 0
  await ask('batch.start', { path: file('mine.jsonl') })
  const { state } = await waitFor('batch.changed', (told) => told.state.type === 'ended')
  expect(state).toMatchObject({ progress: { answered: 8, failed: 0 } })
  const loads = readFileSync(requestLog, 'utf8').match(/^model\.load /gmu)
  expect(loads).toHaveLength(2) // at first, and after the crash
})
