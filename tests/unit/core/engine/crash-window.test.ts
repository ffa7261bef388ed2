import { expect, test } from 'vitest'
import { CrashWindow, defaultRestartPolicy } from '../../../../src-main/core/engine/crash-window.ts'

test('gives up at the fifth crash within three minutes', () => {
  const crashes = new CrashWindow(defaultRestartPolicy)
  const verdicts = [0, 10, 20, 30, 40].map((seconds) => crashes.record(seconds * 1000))

  expect(verdicts).toEqual([
    { type: 'restart', attempt: 1, delayMs: 250 },
    { type: 'restart', attempt: 2, delayMs: 500 },
    { type: 'restart', attempt: 3, delayMs: 1000 },
    { type: 'restart', attempt: 4, delayMs: 2000 },
    { type: 'give_up' },
  ])
})

test('forgets crashes of long ago, and waits briefly again', () => {
  const crashes = new CrashWindow(defaultRestartPolicy)
  for (const seconds of [0, 10, 20, 30]) crashes.record(seconds * 1000)

  expect(crashes.record(400_000)).toEqual({ type: 'restart', attempt: 1, delayMs: 250 })
})

test('goes on for ever when crashes are rare', () => {
  const crashes = new CrashWindow(defaultRestartPolicy)
  for (let minutes = 0; minutes < 100; minutes++) {
    expect(crashes.record(minutes * 60_000).type).toBe('restart')
  }
})
