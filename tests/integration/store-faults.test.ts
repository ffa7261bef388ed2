import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test, type TestContext } from 'vitest'
import { latestVersion } from '../../src-main/core/store/migrations/all-migrations.ts'
import { Store } from '../../src-main/core/store/store.ts'
import { chatId } from '../../src-main/shared/ids.ts'
import { bundleProgram } from '../fakes/bundle-program.ts'
import {
  type DiskFault,
  type FailingDisk,
  failingDisk,
  noFailingDisk,
} from '../fakes/failing-disk/failing-disk.ts'
import { areBackupsSound, chatsBefore, storeSteps } from '../fakes/failing-disk/store-steps.ts'
import { faultRounds, isEveryFault, randomBelow, tellFaults } from '../fakes/fault-rounds.ts'
import { buildDatabase, insertChat } from '../unit/core/store/build-database.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'chatglm-test-')))
const disk = failingDisk(join(folder, 'disk'))
let program = ''

beforeAll(async () => {
  program = await bundleProgram(join(import.meta.dirname, 'store-faults-host.ts'))
  buildDatabase(join(folder, '20.db'), 20, (db) => {
    for (let n = 0; n < chatsBefore; n += 1)
      insertChat(db, `chat-${n}`, [`问题 ${n}`, `Reply ${n} ${'回答'.repeat(300)}`])
  })
  const latest = join(folder, `${latestVersion}.db`)
  copyFileSync(join(folder, '20.db'), latest)
  buildDatabase(latest, latestVersion, () => undefined) // which indexes them
})

afterAll(() => rmSync(folder, { recursive: true }))

interface Step {
  step: string
  code: string | null
}

/** One life of a store on the disk as it is set; its steps as far as it got. */
async function live(on: FailingDisk, file: string): Promise<Step[]> {
  const env = { ...process.env, ...on.env }
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, [program, file], { env }, (_error, stdout) => resolve(stdout))
  })
  return said
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Step)
}

/** Everything that was acknowledged is there, and the chats from before, in a store that is whole. */
async function expectNothingLost(file: string, steps: Step[]): Promise<void> {
  const store = await Store.open(file)
  try {
    expect(store.report.recovery).toBeNull()
    const succeeded = (name: string) =>
      steps.some(({ step, code }) => step === name && code === null)
    for (const step of storeSteps)
      if (succeeded(step.name)) expect(step.isKept(store), step.name).toBe(true)
    for (let n = 0; n < chatsBefore - 1; n += 1)
      expect(store.ask('chat.path', { chatId: chatId(`chat-${n}`) })).toHaveLength(2)
    if (succeeded('after'))
      expect(store.ask('chat.read', { chatId: chatId('chat-0') }).title).toBe('After it')
  } finally {
    store.close()
  }
  expect(areBackupsSound(file)).toBe(true)
}

let round = 0

/** A database of some version in a folder of its own on the disk. */
function newDatabase(version: number): string {
  const place = join(folder, 'disk', String((round += 1)))
  mkdirSync(place, { recursive: true })
  const file = join(place, 'chats.db')
  copyFileSync(join(folder, `${version}.db`), file)
  return file
}

/** Lets each of some writes, spread over all, be the first that goes wrong. */
async function tryEachWrite(
  context: TestContext,
  fault: DiskFault,
  rounds: number,
  check: (steps: Step[]) => void,
) {
  if (disk === null) return context.skip(noFailingDisk)
  let done = 0
  let writes = 0
  const wrong: string[] = []
  for (const version of [20, latestVersion]) {
    disk.set({})
    const whole = await live(disk, newDatabase(version))
    expect(whole.every(({ code }) => code === null)).toBe(true)
    const all = disk.writes()
    expect(all).toBeGreaterThan(100) // else it does not stand between them
    const stride = isEveryFault ? 1 : Math.max(1, all / (rounds / 2))
    writes += all
    for (let at = 1 + randomBelow(Math.ceil(stride)); at <= all; at += stride) {
      const file = newDatabase(version)
      disk.set({ ...fault, atWrite: Math.floor(at) })
      const steps = await live(disk, file)
      disk.set({})
      try {
        check(steps)
        await expectNothingLost(file, steps)
      } catch (error) {
        wrong.push(`version ${version}, write ${Math.floor(at)} of ${all}: ${String(error)}`)
        process.stderr.write(`${wrong.at(-1)}\n`) // a long run is not over for a while
      }
      rmSync(dirname(file), { recursive: true })
      done += 1
    }
  }
  expect(wrong).toEqual([])
  tellFaults(
    `${fault.mode} (${fault.error ?? 'SIGKILL'}) at ${done} of ${writes} writes, nothing lost`,
  )
}

/** Each failure is named by what the disk said, or comes of one before it. */
function expectNamed(steps: Step[], code: string): void {
  const codes = steps.filter((step) => step.code !== null && step.step !== 'backup')
  if (codes.length > 0) expect(codes[0]).toMatchObject({ code })
  for (const step of codes)
    expect([code, 'chat.not_found', 'message.not_writing'], step.step).toContain(step.code)
}

test('a disk that is full at any write loses nothing, is named, and the store goes on', async (t) => {
  await tryEachWrite(t, { mode: 'fails', error: 'ENOSPC' }, faultRounds(10), (steps) => {
    expectNamed(steps, 'store.disk_full')
    if (steps[0]?.code === null) expect(steps.at(-1)).toEqual({ step: 'after', code: null })
  })
})

test('a disk that fails at any write loses nothing, and is named', async (t) => {
  await tryEachWrite(t, { mode: 'fails', error: 'EIO' }, faultRounds(4), (steps) =>
    expectNamed(steps, 'store.disk_failed'),
  )
})

test.for(['EROFS', 'EACCES'] as const)(
  'a folder that may not be written to any more (%s) loses nothing, and is named',
  async (error, context) => {
    await tryEachWrite(context, { mode: 'fails', error }, faultRounds(2), (steps) =>
      expectNamed(steps, 'store.not_writable'),
    )
  },
)

test('a kill at any write loses nothing: opening, migration, messages, purge, backup', async (t) => {
  await tryEachWrite(t, { mode: 'kills' }, faultRounds(10), (steps) => {
    expect(steps.every(({ code }) => code === null)).toBe(true)
  })
})

test('a slow disk keeps everything, and the store answers in order', async (context) => {
  if (disk === null) return context.skip(noFailingDisk)
  const file = newDatabase(latestVersion)
  disk.set({ writeDelayUs: 5000, flushDelayUs: 50_000 })

  const steps = await live(disk, file)

  expect(steps.map(({ code }) => code)).toEqual(steps.map(() => null))
  tellFaults(
    `5 ms a write and 50 ms a flush: ${steps.length} steps, ${disk.writes()} writes, nothing lost`,
  )
  await expectNothingLost(file, steps)
})
