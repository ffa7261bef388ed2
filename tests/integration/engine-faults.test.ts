import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EngineProcess } from '../../src-main/core/engine/engine-process.ts'
import { countMemoryKills } from '../../src-main/core/engine/memory-kills.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import { failingDisk, noFailingDisk } from '../fakes/failing-disk/failing-disk.ts'
import { faultRounds, randomBelow, tellFaults } from '../fakes/fault-rounds.ts'
import { until } from '../fakes/wait.ts'
import { newFolder } from '../fakes/new-folder.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

const quick = { maxCrashes: 1000, windowMs: 1, initialDelayMs: 10, maxDelayMs: 10 }

function newEngine(file = engineFile, env: NodeJS.ProcessEnv = {}, restart = quick): EngineProcess {
  const engine = new EngineProcess({ program: { file, environment: () => env }, restart })
  onTestFinished(() => engine.stop())
  return engine
}

/** The number of its process; never 0, with which a signal would go to this very test. */
function processOf({ state }: EngineProcess): number {
  if (state.type !== 'ready') throw new Error(`The engine is ${state.type}.`)
  return state.processId
}

/** Ends an engine that is ready and waits until that was noticed. */
async function kill(engine: EngineProcess): Promise<void> {
  const processId = processOf(engine)
  process.kill(processId, 'SIGKILL')
  await until(() => engine.state.type !== 'ready' || engine.state.processId !== processId)
}

/** Its bytes, what fills it up to the next one's place, and the note that it is there. */
const writesOfATensor = 3
/** The cut behind what is whole, and the list of it. */
const writesOfAStart = 3

describe.skipIf(!hasRealEngine)('a conversion', () => {
  test('survives a disk that is full, or the end of the engine, at any write', async (context) => {
    const folder = newFolder()
    const disk = failingDisk(folder)
    if (disk === null) return context.skip(noFailingDisk)
    const engine = newEngine(engineFile, disk.env)
    const prepare = async () =>
      prepareModel(await engine.start(), modelPath, { modelsFolder: folder, type: 'q4_0' })

    disk.set({})
    const whole = readFileSync(await prepare())
    const all = disk.writes()
    expect(all).toBeGreaterThan(0)
    const rounds = faultRounds(4)
    for (let round = 0; round < rounds; round += 1) {
      const isKill = round % 2 === 1
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
      await engine.start()
      // The last write only notes that the last tensor is there.
      const atWrite = 1 + randomBelow(all - 1)
      disk.set({ mode: isKill ? 'kills' : 'fails', atWrite })
      const code = isKill ? 'engine.gone' : 'engine.disk_full'
      await expect(prepare()).rejects.toMatchObject({ code })

      disk.set({})
      expect(readFileSync(await prepare()).equals(whole)).toBe(true)
      expect(disk.writes()).toBeLessThanOrEqual(all - atWrite + writesOfATensor + writesOfAStart)
      expect(readdirSync(folder)).toHaveLength(1)
    }
    tellFaults(
      `conversion: ${rounds} times a full disk or a kill at one of ${all} writes, ` +
        'no finished tensor is written again and nothing is left behind',
    )
  })
})

test.skipIf(!hasRealEngine)('an engine that is killed while it loads loads again', async () => {
  const engine = newEngine()
  const client = await engine.start()
  const path = await prepareModel(client, modelPath, { modelsFolder: newFolder(), type: 'q4_0' })
  const rounds = faultRounds(4)
  for (let round = 0; round < rounds; round += 1) {
    const loading = (await engine.start()).request('model.load', { path }).catch(() => null)
    await delay(Math.random() * 100)
    await kill(engine)
    await loading
  }
  const { description } = await (await engine.start()).request('model.load', { path })
  expect(description.layerCount).toBeGreaterThan(0)
  tellFaults(`load: ${rounds} kills of the engine, the next load succeeds`)
})

test.skipIf(!hasRealEngine)('a reply goes on after a sleep of the computer', async () => {
  const engine = newEngine()
  const client = await engine.start()
  const path = await prepareModel(client, modelPath, { modelsFolder: newFolder(), type: 'q4_0' })
  await client.request('model.load', { path })
  const params = {
    messages: [{ role: 'user' as const, content: 'never stop' }],
    sampling: { temperature: 0, maxNewTokens: 200 },
  }
  const { text } = await client.request('chat.generate', params)

  let pieces = 0
  const again = client.request('chat.generate', params, {
    onProgress: ({ type }) => {
      if (type !== 'text' || (pieces += 1) !== 5) return
      process.kill(processOf(engine), 'SIGSTOP')
      setTimeout(() => process.kill(processOf(engine), 'SIGCONT'), 500)
    },
  })
  expect((await again).text).toBe(text)
  expect(pieces).toBeGreaterThan(5)
})

/** Where groups of processes are, and what limits their memory: the first version of them, the second. */
const groupKinds = [
  { root: '/sys/fs/cgroup/memory', limits: { 'memory.limit_in_bytes': 24 * 2 ** 20 } },
  { root: '/sys/fs/cgroup', limits: { 'memory.swap.max': 0, 'memory.max': 24 * 2 ** 20 } },
]

/** A group whose memory is so small that the system ends what is in it; null where we may not. */
function smallMemory(): string | null {
  for (const { root, limits } of groupKinds) {
    const folder = join(root, `chatglm-test-${process.pid}`)
    try {
      mkdirSync(folder)
    } catch {
      continue // no such groups, or not ours to make
    }
    onTestFinished(() => rmdirSync(folder))
    // The system makes them with the folder; where it does not, memory is not limited here.
    const known = Object.entries(limits).filter(([name]) => existsSync(join(folder, name)))
    for (const [name, value] of known) writeFileSync(join(folder, name), String(value))
    if (known.some(([name]) => name !== 'memory.swap.max')) return folder
  }
  return null
}

test('an end for want of memory is named as such', async (context) => {
  const group = countMemoryKills() === null ? null : smallMemory()
  if (group === null) return context.skip('a group with little memory needs root and cgroups')
  const file = join(newFolder(), 'engine')
  const eat = 'const all=[];for(;;)all.push(Buffer.alloc(1e6,1))'
  const script = `#!/bin/sh\necho $$ > '${group}/cgroup.procs'\nexec '${process.execPath}' -e '${eat}'\n`
  writeFileSync(file, script, { mode: 0o755 })
  const engine = newEngine(file, {}, { ...quick, maxCrashes: 1 })

  await expect(engine.start()).rejects.toMatchObject({ code: 'engine.failed' })

  expect(engine.state).toMatchObject({ type: 'failed', cause: { type: 'out_of_memory' } })
})
