import { expect, test } from 'vitest'
import { writeDiagnosis } from '../../../src-main/core/app/diagnosis.ts'
import { RecentLog } from '../../../src-main/core/recent-log.ts'
import { emptySnapshot } from '../renderer/shell/empty-snapshot.ts'

const silent = { info: () => undefined, error: () => undefined }

test('the latest lines are remembered, and no more', () => {
  const log = new RecentLog(silent)
  for (let line = 0; line < 500; line += 1) log.info(`line ${line}`)
  expect(log.lines()).toHaveLength(200)
  expect(log.lines().at(-1)).toMatch(/line 499$/)
  expect(log.lines()[0]).toMatch(/line 300$/)
})

test('a diagnosis has the log without a path in it', () => {
  const log = new RecentLog(silent)
  log.error(
    'the model was not loaded',
    new Error("ENOENT: no such file, open '/srv/李明 的模型/秘密 model.gguf'"),
  )
  log.info('engine: reading C:\\Users\\Liming\\secret.gguf')
  log.info('engine: reading /srv/secret.gguf')
  const text = writeDiagnosis({
    snapshot: emptySnapshot,
    devices: { probedAtMs: null, backends: [], chosen: 'cpu' },
    models: [],
    log: log.lines(),
  })
  expect(text).toContain('the model was not loaded')
  expect(text).not.toMatch(/李明|秘密|Liming|secret|srv/)
})
