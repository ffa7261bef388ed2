import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AppServer } from '../../../src-main/core/app/app-server.ts'
import {
  pathOfAnswers,
  pathOfResults,
  writeReport,
} from '../../../src-main/electron/path-of-output.ts'
import { newFolder } from '../../fakes/new-folder.ts'

/** An app that answers as it is told. */
const serverOf = (answers: Record<string, unknown>): AppServer => ({
  handle: async (request) =>
    request in answers
      ? { ok: true, value: answers[request] }
      : { ok: false, error: { code: 'eval.none', message: 'None.' } },
  subscribe: () => () => undefined,
})

test('a report is written beside the results', async () => {
  const output = join(newFolder(), 'own.jsonl')
  const server = serverOf({
    'eval.read': { state: { type: 'ended', output }, plan: null },
    'eval.export': { fileName: 'own.html', mediaType: 'text/html', text: '<p>1</p>' },
  })
  expect(await pathOfResults(server)).toBe(output)
  const page = await writeReport(server)
  expect(page).toBe(join(output, '../own.html'))
  expect(readFileSync(page, 'utf8')).toBe('<p>1</p>')
  expect(existsSync(output)).toBe(false)
})

test('says so when there is nothing yet', async () => {
  const server = serverOf({
    'batch.read': { type: 'none' },
    'eval.read': { state: { type: 'none' } },
  })
  await expect(pathOfAnswers(server)).rejects.toMatchObject({ code: 'batch.none' })
  await expect(pathOfResults(server)).rejects.toMatchObject({ code: 'eval.none' })
  await expect(writeReport(server)).rejects.toMatchObject({ code: 'eval.none' })
})
