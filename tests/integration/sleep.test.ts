import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import type { Message } from '../../src-main/shared/chat.ts'
import type { EngineState } from '../../src-main/shared/engine-state.ts'
import { bundleProgram } from '../fakes/bundle-program.ts'
import { newFolder } from '../fakes/new-folder.ts'
import { tellFaults } from '../fakes/fault-rounds.ts'
import { isAlive, until } from '../fakes/wait.ts'
import { engineFile, hasRealEngine } from './real-engine.ts'

/** More than twice as long as an engine may be silent, by the host of this test. */
const sleepMs = 2500
const root = join(import.meta.dirname, '../..')
const entries = [
  join(import.meta.dirname, 'sleep-host.ts'),
  fileURLToPath(new URL('../../src-main/core/store/store-worker.ts', import.meta.url)),
]

type Line =
  | { type: 'processes'; ids: number[] }
  | { type: 'engine'; state: EngineState }
  | { type: 'delta' }
  | { type: 'finished'; message: Message }
  | { type: 'error'; line: string; error: string }

test.skipIf(!hasRealEngine || process.platform === 'win32')(
  'the app, its store and its engine go on with a reply after a sleep longer than a hang',
  { timeout: 300_000 },
  async () => {
    const [host = '', store = ''] = await Promise.all(entries.map(bundleProgram))
    const args = [host, newFolder(), engineFile, join(root, 'resources'), store]
    const app: ChildProcess = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines: Line[] = []
    if (app.stdout)
      createInterface(app.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line))
    const ended = once(app, 'exit')
    const replies = () => lines.flatMap((line) => (line.type === 'finished' ? [line.message] : []))
    const engines = () =>
      lines.flatMap((line) =>
        line.type === 'engine' && line.state.type === 'ready' ? [line.state.processId] : [],
      )
    const all = () => [
      ...lines.flatMap((line) => (line.type === 'processes' ? line.ids : [])),
      ...engines(),
    ]
    onTestFinished(async () => {
      for (const id of all().filter(isAlive)) process.kill(id, 'SIGCONT')
      app.kill('SIGKILL')
      await ended
    })
    await until(() => replies().length === 1, 120_000)

    let inMidst = 0
    const orders = [(ids: number[]) => ids, (ids: number[]) => ids.toReversed()]
    for (const wake of orders) {
      const known = lines.length
      const told = () => lines.slice(known).filter(({ type }) => type === 'delta').length
      await until(() => told() > 3, 60_000)
      const count = replies().length
      const ids = all()
      expect(ids).toHaveLength(3)
      for (const id of ids) process.kill(id, 'SIGSTOP')
      await delay(sleepMs)
      if (lines.at(-1)?.type === 'delta') inMidst += 1
      for (const id of wake(ids)) process.kill(id, 'SIGCONT')
      await until(() => replies().length > count + 1, 120_000)
    }

    expect(inMidst).toBeGreaterThan(0)
    const [first] = replies()
    for (const reply of replies()) {
      expect(reply).toMatchObject({ status: first?.status, text: first?.text, failure: null })
    }
    expect(first?.text.length).toBeGreaterThan(100)
    expect(engines()).toHaveLength(1)
    expect(lines.filter(({ type }) => type === 'error')).toEqual([])
    tellFaults(
      `app, store and engine asleep ${inMidst} times in mid-reply, all replies are the same`,
    )
  },
)
