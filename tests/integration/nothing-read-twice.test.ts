import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GenerateStatistics } from '../../src-main/shared/engine-api.ts'
import {
  type ChatId,
  type MessageId,
  modelId,
  newChatId,
  newMessageId,
} from '../../src-main/shared/ids.ts'
import { newDataFolder, startTestApp, type TestApp } from '../fakes/test-app.ts'
import { engineFile, hasRealEngine } from './real-engine.ts'

/** A question, its reply, and what writing that took. */
interface Turn {
  questionId: MessageId
  replyId: MessageId
  statistics: GenerateStatistics
}

/** Short, as what is read is looked at here, not what is written. */
const sampling = { temperature: 0, maxNewTokens: 4 }

describe.skipIf(!hasRealEngine)('nothing is read twice', () => {
  let fixture: TestApp

  beforeAll(async () => {
    fixture = await startTestApp({}, newDataFolder(), engineFile)
    await fixture.ask('settings.write', { changes: { sampling, threads: 1 } })
    await fixture.ask('model.load', { modelId: modelId('demo') })
    await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
  })
  afterAll(() => fixture.app.close())

  async function statisticsOf(replyId: MessageId): Promise<GenerateStatistics> {
    const { message } = await fixture.waitFor(
      'reply.finished',
      ({ message: { id } }) => id === replyId,
    )
    if (message.statistics === null)
      throw new Error(`The reply failed: ${message.failure?.message}`)
    return message.statistics
  }

  async function send(chatId: ChatId, text: string): Promise<Turn> {
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await fixture.ask('chat.send', { chatId, ...ids, text })
    return { ...ids, statistics: await statisticsOf(ids.replyId) }
  }

  async function newChat(): Promise<ChatId> {
    const chatId = newChatId()
    await fixture.ask('chat.create', { chatId })
    return chatId
  }

  /** All that the cache holds once the turn has ended: the last token of a reply is never read. */
  const heldAfter = ({ statistics: { promptTokens, generatedTokens } }: Turn): number =>
    promptTokens + generatedTokens - 1

  /** At least the last token of a prompt must be read, since what follows is computed from it. */
  const allBut = (count: number) => (statistics: GenerateStatistics) =>
    expect(statistics.reusedTokens).toBe(statistics.promptTokens - count)

  test('a turn reads the new question alone', async () => {
    const chatId = await newChat()
    const first = await send(chatId, '你好')
    const second = await send(chatId, 'What can you do?')

    expect(first.statistics.generatedTokens).toBeGreaterThan(1)
    expect(second.statistics.reusedTokens).toBe(heldAfter(first))
    expect(second.statistics.promptTokens).toBeGreaterThan(heldAfter(first))
  })

  test('another reply reads one token', async () => {
    const chatId = await newChat()
    await send(chatId, '你好')
    const { replyId } = await send(chatId, 'What can you do?')
    const other = newMessageId()
    await fixture.ask('chat.regenerate', { messageId: replyId, replyId: other })

    allBut(1)(await statisticsOf(other))
  })

  test('an edited question reads nothing of what comes before it', async () => {
    const chatId = await newChat()
    const first = await send(chatId, '你好')
    const { questionId } = await send(chatId, 'What can you do?')
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await fixture.ask('chat.edit', { messageId: questionId, ...ids, text: 'Who are you?' })

    const { reusedTokens } = await statisticsOf(ids.replyId)
    expect(reusedTokens).toBeGreaterThanOrEqual(heldAfter(first))
  })

  test('back on another branch, nothing of that is read again', async () => {
    const chatId = await newChat()
    await send(chatId, '你好')
    const second = await send(chatId, 'What can you do?')
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await fixture.ask('chat.edit', {
      messageId: second.questionId,
      ...ids,
      text: 'Who are you?',
    })
    await statisticsOf(ids.replyId)
    await fixture.ask('message.choose', { messageId: second.questionId })
    const third = await send(chatId, 'Thank you')

    expect(third.statistics.reusedTokens).toBe(heldAfter(second))
  })

  test('a fork reads nothing of the chat that it comes from', async () => {
    const chatId = await newChat()
    await send(chatId, '你好')
    const second = await send(chatId, 'What can you do?')
    const fork = newChatId()
    await fixture.ask('chat.fork', { messageId: second.replyId, chatId: fork })
    const third = await send(fork, 'Thank you')

    // More where a chat before went on alike.
    expect(third.statistics.reusedTokens).toBeGreaterThanOrEqual(heldAfter(second))
  })

  test('a reply that is continued reads one token', async () => {
    const chatId = await newChat()
    await send(chatId, '你好')
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await fixture.ask('chat.send', { chatId, ...ids, text: 'What can you do?' })
    const begun = await statisticsOf(ids.replyId)
    fixture.events.length = 0
    await fixture.ask('chat.continue', { replyId: ids.replyId })
    const continued = await statisticsOf(ids.replyId)

    expect(begun.generatedTokens).toBe(4)
    expect(continued.promptTokens - continued.reusedTokens).toBe(1)
  })
})
