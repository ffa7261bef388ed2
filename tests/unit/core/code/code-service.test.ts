import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { emptyCodePage } from '../../../../src-main/shared/code.ts'
import { completionId } from '../../../../src-main/shared/ids.ts'
import type { FakeEngineScript } from '../../../fakes/fake-engine-script.ts'
import { newDataFolder, startTestApp } from '../../../fakes/test-app.ts'

const id = completionId('one')
const python = { completionId: id, language: 'Python', stop: 'block', sampling: {} } as const

async function start(script: FakeEngineScript) {
  const dataFolder = newDataFolder()
  mkdirSync(dataFolder, { recursive: true })
  const requestLog = join(dataFolder, 'requests')
  writeFileSync(join(dataFolder, 'model.gguf'), 'GGUF')
  const results = { 'text.tokenize': { ids: [1, 2, 3] } }
  const testApp = await startTestApp({ results, requestLog, ...script }, dataFolder)
  onTestFinished(() => testApp.app.close())
  await testApp.ask('model.open', { path: join(dataFolder, 'model.gguf') })
  await testApp.waitFor('model.changed', ({ state }) => state.type === 'ready')
  const written = () =>
    testApp.events
      .flatMap((event) => (event.event === 'code.delta' ? [event.payload.text] : []))
      .join('')
  return { ...testApp, written, asked: () => readFileSync(requestLog, 'utf8') }
}

test('writes a block behind the tag of its language, and stops the engine there', async () => {
  const pieces = ['    return', ' 1\n', '\n', 'print', '(1)', '\n', 'x\n']
  const { ask, waitFor, written, asked } = await start({ reply: pieces, replyTimes: 500 })
  await ask('code.complete', { ...python, before: 'def one():\n' })

  const { finish, failure } = await waitFor('code.finished')
  expect({ finish, failure }).toEqual({ finish: 'done', failure: null })
  expect(written()).toBe('    return 1')
  expect(asked()).toContain('"prompt":"# language: Python\\ndef one():\\n"')
})

test('leaves whole lines out at the beginning when there is more than the model can read', async () => {
  const { ask, waitFor, asked } = await start({
    reply: ['x'],
    results: {
      'text.tokenize': { ids: Array.from({ length: 20_000 }, () => 7) },
      'text.detokenize': { text: 'rt of a line\nlast = ' },
    },
  })
  await ask('code.complete', { ...python, before: 'first = 1\npart of a line\nlast = ' })
  await waitFor('code.finished')
  expect(asked()).toContain('"prompt":"# language: Python\\nlast = "')
})

test('is cancelled with what is written', async () => {
  const { ask, waitFor, written } = await start({
    ...{ reply: ['    a()\n'], replyTimes: 1000, pieceDelayMs: 5 },
  })
  await ask('code.complete', { ...python, before: 'def one():\n' })
  await waitFor('code.delta')
  await ask('code.cancel', { completionId: id })
  expect((await waitFor('code.finished')).finish).toBe('cancelled')
  expect(written()).toMatch(/^ {4}a\(\)/u)
})

test('keeps the page over a restart', async () => {
  const first = await startTestApp()
  expect(await first.ask('code.read_page', {})).toEqual(emptyCodePage)
  const page = { ...emptyCodePage, text: 'let a', language: 'Rust', stop: 'line' } as const
  await first.ask('code.write_page', { page })
  await first.app.close()
  const second = await startTestApp({}, first.dataFolder)
  onTestFinished(() => second.app.close())
  expect(await second.ask('code.read_page', {})).toEqual(page)
})

test('refuses what it cannot write', async () => {
  const { app, ask } = await startTestApp()
  onTestFinished(() => app.close())
  await expect(
    ask('code.complete', { ...python, language: 'Klingon', before: '' }),
  ).rejects.toMatchObject({ code: 'code.unknown_language' })
})
