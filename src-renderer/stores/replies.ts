import { defineStore } from 'pinia'
import { computed, shallowReactive } from 'vue'
import type { ChatId, MessageId } from '@shared/ids.ts'
import { useBridge } from '../bridge/bridge.ts'

const drawAfterMs = 20

/** How much of a prompt is read. */
export interface Reading {
  readTokens: number
  promptTokens: number
}

/** The replies that are being written, in all chats, as far as they have come. */
export const useRepliesStore = defineStore('replies', () => {
  const bridge = useBridge()
  const running = shallowReactive(new Map<MessageId, ChatId>())
  const readings = shallowReactive(new Map<MessageId, Reading>())
  /** What is drawn. Follows what has arrived, however many pieces come. */
  const texts = shallowReactive(new Map<MessageId, string>())
  const arrived = new Map<MessageId, string>()
  const answeringChats = computed(() => new Set(running.values()))
  let isDrawing = false

  function take(replies: { chatId: ChatId; replyId: MessageId }[]): void {
    for (const id of running.keys()) if (!replies.some(({ replyId }) => replyId === id)) end(id)
    for (const { chatId, replyId } of replies) running.set(replyId, chatId)
  }

  /** A text that was read from the app, to which the next pieces are added. */
  function begin(chatId: ChatId, replyId: MessageId, text: string): void {
    running.set(replyId, chatId)
    if (text.length <= (arrived.get(replyId)?.length ?? -1)) return
    arrived.set(replyId, text)
    texts.set(replyId, text)
  }

  function end(replyId: MessageId): void {
    for (const map of [running, readings, texts, arrived]) map.delete(replyId)
  }

  /** Text that flows thirty times a second looks no worse than at sixty, and costs half. */
  function drawSoon(): void {
    if (isDrawing) return
    isDrawing = true
    setTimeout(() => requestAnimationFrame(draw), drawAfterMs)
  }

  function draw(): void {
    isDrawing = false
    for (const [replyId, text] of arrived) texts.set(replyId, text)
  }

  bridge.on('reply.started', ({ chatId, replyId }) => running.set(replyId, chatId))
  bridge.on('reply.reading', ({ replyId, readTokens, promptTokens }) =>
    readings.set(replyId, { readTokens, promptTokens }),
  )
  bridge.on('reply.delta', ({ replyId, offset, text }) => {
    const before = arrived.get(replyId) ?? ''
    if (offset > before.length) return // the beginning is on its way with the messages
    arrived.set(replyId, before.slice(0, offset) + text)
    readings.delete(replyId)
    drawSoon()
  })
  return { running, readings, texts, answeringChats, take, begin, end }
})
