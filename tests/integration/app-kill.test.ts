import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { StoreClient } from '../../src-main/core/store/store-client.ts'
import { startStoreThread } from '../../src-main/core/store/store-host.ts'
import type { ChatId, MessageId } from '../../src-main/shared/ids.ts'
import { bundleProgram } from '../fakes/bundle-program.ts'
import { fakeEngineFile } from '../fakes/fake-engine-script.ts'
import { isAlive, until } from '../fakes/wait.ts'

const limits = { kills: 100, ms: 45_000 }
/** A checkpoint is at most 250 ms old; a busy machine gets some more. */
const surelySavedMs = 1500
const storeEntry = new URL('../../src-main/core/store/store-worker.ts', import.meta.url)
const storeFile = fileURLToPath(storeEntry)
const hostEntry = join(import.meta.dirname, 'app-kill-host.ts')
const resources = join(import.meta.dirname, '../../resources')
const reply = 'Word by word. '

interface Sent {
  chatId: ChatId
  questionId: MessageId
  replyId: MessageId
  text: string
}

type Line =
  | ({ type: 'sent' } & Sent)
  | { type: 'delta'; replyId: MessageId; length: number; atMs: number }
  | { type: 'finished'; replyId: MessageId }
  | { type: 'engine' | 'store'; processId: number }

/** One life of the app: what it told until something in it was killed. */
async function liveOnce(command: string[], victim: 'host' | 'engine' | 'store') {
  const lines: Line[] = []
  const stdio = ['ignore', 'pipe', 'inherit'] as const
  const host: ChildProcess = spawn(process.execPath, command, { stdio: [...stdio] })
  if (host.stdout)
    createInterface(host.stdout).on('line', (line) => lines.push(JSON.parse(line) as Line))
  const ended = once(host, 'exit')
  await until(() => lines.some(({ type }) => type === 'sent'), 30_000)
  await delay(Math.random() * 1200)
  const processOf = (name: 'engine' | 'store') =>
    lines.findLast((line) => line.type === name && 'processId' in line)
  const target = victim === 'host' ? undefined : processOf(victim)
  const killedAtMs = Date.now()
  if (target && 'processId' in target) process.kill(target.processId, 'SIGKILL')
  else host.kill('SIGKILL')
  if (victim === 'engine') await delay(300) // the app goes on, and is killed after it
  host.kill('SIGKILL')
  await ended
  for (const line of lines)
    if ('processId' in line) await until(() => !isAlive(line.processId), 10_000)
  return { lines, killedAtMs }
}

async function expectNothingLost(folder: string, lines: Line[], killedAtMs: number) {
  const { store, report } = await StoreClient.open(
    startStoreThread(storeEntry),
    join(folder, 'chats.db'),
  )
  expect(report.recovery).toBeNull()
  for (const sent of lines) {
    if (sent.type !== 'sent') continue
    const [question, written] = await store.ask('chat.path', { chatId: sent.chatId })
    expect(question).toMatchObject({ id: sent.questionId, text: sent.text, status: 'done' })
    expect(reply.repeat(1000).startsWith(written?.text ?? 'nothing')).toBe(true)
    const told = lines.filter((line) => line.type === 'delta' && line.replyId === sent.replyId)
    const old = told.filter((line) => 'atMs' in line && line.atMs < killedAtMs - surelySavedMs)
    const saved = old.map((line) => ('length' in line ? line.length : 0))
    expect(written?.text.length).toBeGreaterThanOrEqual(Math.max(0, ...saved))
    // Whatever ended it, a person is told why, or that the app was cut off.
    expect(['done', 'interrupted', 'failed']).toContain(written?.status)
    if (written?.status === 'failed') expect(written.failure).not.toBeNull()
    const isFinished = lines.some(
      (line) => line.type === 'finished' && line.replyId === sent.replyId,
    )
    if (isFinished && written?.status === 'interrupted') expect(written.failure).not.toBeNull()
  }
  await store.close()
}

test(
  'shows everything again whichever process is killed at whatever moment',
  {
    timeout: 150_000,
  },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
    const engineFile = fakeEngineFile({ reply: [reply], replyTimes: 200, pieceDelayMs: 15 })
    const programs = await Promise.all([hostEntry, storeFile].map(bundleProgram))
    const [program = '', store = ''] = programs
    const command = [program, folder, engineFile, resources, store]
    const endMs = performance.now() + limits.ms
    const victims = ['host', 'store', 'engine'] as const
    let kills = 0
    for (; kills < limits.kills && performance.now() < endMs; kills += 1) {
      const victim = victims[kills % victims.length] ?? 'host'
      const { lines, killedAtMs } = await liveOnce(command, victim)
      await expectNothingLost(folder, lines, killedAtMs)
    }
    process.stdout.write(`${kills} kills of the app, its store or its engine; nothing was lost\n`)
    expect(kills).toBeGreaterThan(5)
    rmSync(folder, { recursive: true })
  },
)
