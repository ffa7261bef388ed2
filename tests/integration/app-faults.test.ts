import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Store } from '../../src-main/core/store/store.ts'
import { bundleProgram } from '../fakes/bundle-program.ts'
import { failingDisk, noFailingDisk } from '../fakes/failing-disk/failing-disk.ts'
import { faultRounds, isEveryFault, randomBelow, tellFaults } from '../fakes/fault-rounds.ts'
import { readTextFile } from '../fakes/wait.ts'
import { engineFile, hasRealEngine } from './real-engine.ts'

const storeEntry = new URL('../../src-main/core/store/store-worker.ts', import.meta.url)
const hostEntry = join(import.meta.dirname, 'app-faults-host.ts')
const resources = join(import.meta.dirname, '../../resources')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'chatglm-test-')))
const disk = failingDisk(join(folder, 'disk'))
const questions = ['你好', 'Who are you?', '再见'].map((prompt, id) => ({ id, prompt }))

if (disk === null)
  process.stderr.write(`The app on a disk that fails is skipped: ${noFailingDisk}.\n`)

interface Step {
  step: string
  code: string | null
  /** Of a reply. */
  text?: string
}

/** What is known at the moment at which the disk has room again. */
interface Room extends Step {
  writes: number
  keys: string | null
}

/** The data folder of a person who starts the app for the first time, or has used it before. */
type Person = 'new' | 'old'

let programs: string[] = []
let lives = 0

/** A data folder on the disk. */
function newPlace(person: Person): string {
  const data = join(folder, 'disk', String((lives += 1)))
  if (person === 'old') cpSync(join(folder, 'old'), data, { recursive: true })
  else mkdirSync(data, { recursive: true })
  rmSync(join(data, 'mine.answers.jsonl'), { force: true })
  const lines = questions.map((question) => `${JSON.stringify(question)}\n`)
  writeFileSync(join(data, 'mine.jsonl'), lines.join(''))
  return data
}

/** One life of the app on the disk as it is set. */
async function live(data: string): Promise<Step[]> {
  const [host = '', store = ''] = programs
  const wrapped = disk?.wrap(engineFile) ?? ''
  const args = [host, data, wrapped, resources, store, join(data, 'mine.jsonl')]
  const options = { env: { ...process.env, ...disk?.env } }
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, args, options, (_error, stdout) => resolve(stdout))
  })
  const lines = said.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as Step)
}

const find = (steps: Step[], name: string): Step | undefined =>
  steps.find(({ step }) => step === name)

function roomOf(steps: Step[]): Room {
  const room = find(steps, 'room')
  if (room === undefined) throw new Error(`It ended before: ${JSON.stringify(steps)}`)
  return room as Room
}

async function readStore(data: string) {
  const store = await Store.open(join(data, 'chats.db'))
  try {
    expect(store.report.recovery).toBeNull()
    return {
      chats: store.ask('chat.export', { chatIds: null }),
      settings: store.ask('settings.read', {}),
    }
  } finally {
    store.close()
  }
}

/** What failures are called that come of the disk, and of what failed before. */
const disks = {
  ENOSPC: ['store.disk_full', 'engine.disk_full', 'results.not_written', 'remote.key_not_kept'],
  EACCES: [
    ...['store.not_writable', 'engine.write_failed', 'results.not_written', 'remote.key_not_kept'],
  ],
}
const later = ['remote.gone', 'chat.not_found']

/** Lives on after a fault, and says what was lost. */
async function expectNothingLost(data: string, person: Person, steps: Step[], whole: Step[]) {
  for (const { step, code, text } of steps) {
    if (step.startsWith('well')) expect(code, step).toBeNull()
    if (code === null) expect(text, step).toBe(find(whole, step)?.text)
  }
  const keys = JSON.parse(roomOf(steps).keys ?? '{}') as Record<string, string>
  if (find(steps, 'faulty: key')?.code === null) expect(keys['two']).toBe('key-faulty')
  else if (person === 'old') expect(keys).toEqual({ one: 'first-key', two: 'key-well' })

  const { chats, settings } = await readStore(data)
  expect(settings['remotes']).toHaveLength(2)
  if (person === 'old') {
    const before = await readStore(join(folder, 'old'))
    expect(chats).toEqual(expect.arrayContaining(before.chats))
  }
  const answers = readTextFile(join(data, 'mine.answers.jsonl')).trimEnd().split('\n')
  const ids = answers.map((line) => (JSON.parse(line) as { custom_id: unknown }).custom_id)
  expect(ids.map(String).toSorted()).toEqual(questions.map(({ id }) => String(id)))
  const log = readTextFile(join(data, 'app.log'))
  expect(log).toMatch(/the end\n$/)
  if (person === 'old') expect(log.startsWith(readTextFile(join(folder, 'old/app.log')))).toBe(true)
}

/** Each life has an engine of its own, a conversion and a few replies. */
const timeout = 300_000

describe.skipIf(!hasRealEngine || disk === null)(
  'the app on a disk that fails',
  { timeout },
  () => {
    const whole: Record<Person, Step[]> = { new: [], old: [] }

    beforeAll(async () => {
      programs = await Promise.all([hostEntry, fileURLToPath(storeEntry)].map(bundleProgram))
      for (const person of ['new', 'old'] as const) {
        disk?.set({})
        const data = newPlace(person)
        whole[person] = await live(data)
        expect(whole[person].map(({ code }) => code)).toEqual(whole[person].map(() => null))
        expect(roomOf(whole[person]).writes).toBeGreaterThan(50)
        expect(readdirSync(join(data, 'cache/conversations')).length).toBeGreaterThan(0)
        if (person === 'new') cpSync(data, join(folder, 'old'), { recursive: true })
      }
    }, timeout)

    afterAll(() => rmSync(folder, { recursive: true }))

    /** Lets some writes, spread over all, be the first that fails, for both persons. */
    async function tryWrites(error: keyof typeof disks, rounds: number): Promise<void> {
      const wrong: string[] = []
      const failed = new Map<string, number>()
      let done = 0
      for (const person of ['new', 'old'] as const) {
        const all = roomOf(whole[person]).writes
        const stride = isEveryFault ? 1 : Math.max(1, all / (rounds / 2))
        for (let at = 1 + randomBelow(Math.ceil(stride)); at <= all; at += stride) {
          const data = newPlace(person)
          disk?.set({ mode: 'fails', error, atWrite: Math.floor(at) })
          const steps = await live(data)
          try {
            for (const { step, code } of steps) {
              if (code === null) continue
              expect([...disks[error], ...later], step).toContain(code)
              failed.set(step, (failed.get(step) ?? 0) + 1)
            }
            await expectNothingLost(data, person, steps, whole[person])
          } catch (cause) {
            wrong.push(
              `${person}, write ${Math.floor(at)} of ${all}: ${String(cause)}\n${JSON.stringify(steps)}`,
            )
          }
          rmSync(data, { recursive: true })
          done += 1
        }
      }
      expect(wrong).toEqual([])
      tellFaults(
        `the app, ${error} from one write on: ${done} lives, nothing lost; failed and named: ${JSON.stringify(Object.fromEntries(failed))}`,
      )
    }

    test('names a full disk, loses nothing, and goes on when there is room', () =>
      tryWrites('ENOSPC', faultRounds(4)))
    test('names a lost right, loses nothing, and goes on when it is back', () =>
      tryWrites('EACCES', faultRounds(2)))
  },
)
