import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { HistoryRound } from '../../../../src-main/core/chat/chat-history.ts'
import { fitWindow } from '../../../../src-main/core/chat/context-window.ts'
import type { ChatMessage } from '../../../../src-main/shared/engine-api.ts'
import { messageId } from '../../../../src-main/shared/ids.ts'

/** A tokenizer of one token a character, with four around each round. */
async function count(messages: ChatMessage[]) {
  const roundTokens: number[] = []
  for (let index = 0; index + 1 < messages.length; index += 2)
    roundTokens.push(
      4 + (messages[index]?.content.length ?? 0) + (messages[index + 1]?.content.length ?? 0),
    )
  const question = messages.at(-1)?.content.length ?? 0
  return { promptTokens: 4 + question + roundTokens.reduce((a, b) => a + b, 0), roundTokens }
}

const round = (index: number, length: number): HistoryRound => ({
  questionId: messageId(`q${index}`),
  question: 'q'.repeat(Math.floor(length / 2)),
  answer: 'a'.repeat(Math.ceil(length / 2)),
})

const fit = (lengths: number[], question: string, contextLength = 1000, preamble = '') =>
  fitWindow({
    lead: { preamble, tools: null },
    question,
    contextLength,
    count,
    rounds: lengths.map((n, i) => round(i, n)),
  })

test('shows the whole conversation while it fits', async () => {
  const { messages, use } = await fit([100, 100], 'and now')
  expect(messages).toHaveLength(5)
  expect(use).toMatchObject({ fits: true, forgottenRounds: 0, firstSeenId: null })
})

test('forgets the oldest rounds when it does not fit, and says which it still sees', async () => {
  const { messages, use } = await fit([300, 300, 300, 100], 'and now')
  expect(use).toMatchObject({ fits: false, forgottenRounds: 1, firstSeenId: 'q1' })
  expect(messages).toHaveLength(7)
  expect(use.promptTokens).toBeLessThan(1000)
})

test('forgets in steps, so that the next turns begin alike', async () => {
  const forgotten: number[] = []
  for (let rounds = 1; rounds <= 60; rounds++)
    forgotten.push((await fit(Array<number>(rounds).fill(40), 'next')).use.forgottenRounds)
  expect(new Set(forgotten).size).toBeLessThan(10)
  expect(forgotten).toEqual(forgotten.toSorted((a, b) => a - b))
})

test('puts the preamble before the first question that is still seen', async () => {
  const { messages } = await fit([900, 100], 'and now', 1000, 'Be brief. ')
  expect(messages[0]?.content).toMatch(/^Be brief\. q/)
  expect(messages.filter(({ content }) => content.includes('Be brief'))).toHaveLength(1)
})

test('refuses a question that does not fit alone', async () => {
  await expect(fit([10], 'x'.repeat(1200))).rejects.toMatchObject({
    code: 'chat.question_too_long',
  })
})

test('always leaves room for a reply when rounds can be forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 800 }),
      async (lengths, question) => {
        const { use, messages } = await fit(lengths, 'x'.repeat(question))
        expect(use.promptTokens).toBe((await count(messages)).promptTokens)
        expect(use.promptTokens).toBeLessThanOrEqual(1000 - 125)
      },
    ),
  )
})
