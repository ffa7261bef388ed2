import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { StoreClient } from '../../src-main/core/store/store-client.ts'
import { startStoreProcess } from '../../src-main/core/store/store-host.ts'
import { AppError } from '../../src-main/shared/errors.ts'
import { type ChatId, type MessageId, newChatId, newMessageId } from '../../src-main/shared/ids.ts'
import { bundleProgram } from '../fakes/bundle-program.ts'
import { until } from '../fakes/wait.ts'

const source = fileURLToPath(new URL('../../src-main/core/store/store-worker.ts', import.meta.url))
/** As many kills as are wanted, or as many as a slow machine has the time for. */
const limits = { kills: 300, ms: 50_000 }

/** What the store has acknowledged of one exchange, and what it was told last. */
interface Acknowledged {
  questionId: MessageId
  question: string
  reply: string
  isFinished: boolean
  wasToldToFinish: boolean
}

/** Says one thing after another, until the store is gone. */
async function chatUntilKilled(store: StoreClient, chatId: ChatId, log: Acknowledged[]) {
  await store.ask('chat.create', { chatId, title: '' })
  for (let n = 0; ; n += 1) {
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    const question = `第 ${n} 个问题`
    await store.ask('message.append', { chatId, ...ids, text: question, model: null })
    const entry = { questionId: ids.questionId, question, reply: '' }
    const acknowledged = { ...entry, isFinished: false, wasToldToFinish: false }
    log.push(acknowledged)
    const { replyId } = ids
    for (let length = 0; length < 10; length += 1) {
      const text = '一字一句地写下去。'.repeat(length * 10)
      await store.ask('reply.checkpoint', { replyId, text })
      acknowledged.reply = text
    }
    acknowledged.wasToldToFinish = true
    const end = { text: acknowledged.reply, end: 'done', statistics: null } as const
    await store.ask('reply.finish', { replyId, ...end })
    acknowledged.isFinished = true
  }
}

/** Compares a chat with what was acknowledged of it. What was not may be there or not. */
async function expectNothingLost(store: StoreClient, chatId: ChatId, log: Acknowledged[]) {
  const path = log.length === 0 ? [] : await store.ask('chat.path', { chatId })
  for (const [index, said] of log.entries()) {
    const [question, reply] = path.slice(index * 2, index * 2 + 2)
    expect(question).toMatchObject({ id: said.questionId, text: said.question, status: 'done' })
    expect(reply?.text.startsWith(said.reply)).toBe(true)
    if (said.isFinished) expect(reply?.status).toBe('done')
    else if (!said.wasToldToFinish) expect(reply?.status).toBe('interrupted')
    else expect(['done', 'interrupted']).toContain(reply?.status)
  }
}

test('loses nothing that was acknowledged when it is killed', { timeout: 120_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  const file = join(folder, 'chats.db')
  const entry = pathToFileURL(await bundleProgram(source))
  const endMs = performance.now() + limits.ms
  const chats: [ChatId, Acknowledged[]][] = []
  let kills = 0
  for (; kills < limits.kills && performance.now() < endMs; kills += 1) {
    const host = startStoreProcess(entry)
    const { store, report } = await StoreClient.open(host, file)
    expect(report.recovery).toBeNull()
    const last = chats.at(-1)
    if (last) await expectNothingLost(store, ...last)

    const chat: [ChatId, Acknowledged[]] = [newChatId(), []]
    chats.push(chat)
    const ended = chatUntilKilled(store, ...chat).catch((error: unknown) => error)
    // Every other time it is killed at work, else also before it has begun.
    if (kills % 2 === 0) await until(() => chat[1].length > 0, 30_000)
    await delay(Math.random() * 60)
    if (host.processId !== undefined) process.kill(host.processId, 'SIGKILL')
    expect(await ended).toMatchObject({ name: AppError.name, code: 'store.ended' })
  }

  const { store } = await StoreClient.open(startStoreProcess(entry), file)
  for (const chat of chats) await expectNothingLost(store, ...chat)
  await store.close()
  const said = chats.flatMap(([, log]) => log).length
  process.stdout.write(`${kills} kills of the store, ${said} exchanges, nothing was lost\n`)
  expect(kills).toBeGreaterThan(10)
  expect(said).toBeGreaterThan(kills / 4)
  rmSync(folder, { recursive: true })
})
