import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { fakeEngine } from '../fakes/fake-engine-script.ts'
import { isAlive, until } from '../fakes/wait.ts'
import type { OrphanPlan } from './orphan-parent.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

const modelsFolder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))

/** The engines that carry `mark` in their environment, where the OpenMP settings pass through. */
function markedProcesses(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((processId) => {
      try {
        return readFileSync(`/proc/${processId}/environ`, 'utf8').includes(mark)
      } catch {
        return false // ended, or another user's
      }
    })
    .filter(isAlive)
}

/** Starts a host with an engine, kills it after a while and looks for what it leaves. */
async function killParent(
  plan: Omit<OrphanPlan, 'modelsFolder'>,
  when: { afterMs: number; onceBusy: boolean },
): Promise<void> {
  const mark = `OMP_CHATGLM_TEST=${crypto.randomUUID()}`
  const parent = execa(
    process.execPath,
    [
      ...['--import', 'tsx', join(import.meta.dirname, 'orphan-parent.ts')],
      JSON.stringify({ ...plan, modelsFolder }),
    ],
    { env: { OMP_CHATGLM_TEST: mark.split('=')[1] }, reject: false, cleanup: true },
  )
  let output = ''
  parent.stdout.on('data', (text: Buffer) => (output += text.toString()))
  if (when.onceBusy) {
    await until(() => output.includes('busy'), 60_000)
    // The host and its engine; a process that is about to start another is two for a moment.
    await until(() => markedProcesses(mark).length === 2, 10_000)
  }
  await delay(when.afterMs)
  parent.kill('SIGKILL')
  const end = await parent
  expect(end.signal, end.stderr).toBe('SIGKILL')
  await until(() => markedProcesses(mark).length === 0, 2000)
}

const randomMs = (limit: number): number => Math.floor(Math.random() * limit)

describe.skipIf(process.platform !== 'linux')('an engine whose host is killed', () => {
  const { file, args = [] } = fakeEngine({ replyTimes: 100_000, pieceDelayMs: 1 })
  const fake = { file, args, modelPath: import.meta.filename, busyWith: 'generate' as const }

  test.each(Array.from({ length: 4 }, () => randomMs(1500)))(
    'ends too (fake engine, %i ms after the start)',
    (afterMs) => killParent(fake, { afterMs, onceBusy: false }),
  )

  test('ends too (fake engine, in the middle of a reply)', () =>
    killParent(fake, { afterMs: randomMs(200), onceBusy: true }))

  const real = { file: engineFile, args: [], modelPath }

  describe.skipIf(!hasRealEngine)('(the real one)', () => {
    test.each(Array.from({ length: 4 }, () => randomMs(1500)))(
      'ends too, %i ms after the start',
      (afterMs) => killParent({ ...real, busyWith: 'load' }, { afterMs, onceBusy: false }),
    )

    test.each(['load', 'generate', 'load', 'generate'] as const)(
      'ends too, in the middle of a %s',
      (busyWith) => killParent({ ...real, busyWith }, { afterMs: randomMs(400), onceBusy: true }),
      90_000,
    )
  })
})
