import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Chat, ChatSettings, Message } from '@shared/chat.ts'
import type { DocumentChoice } from '@shared/documents.ts'
import { AppError } from '@shared/errors.ts'
import { type ChatId, type MessageId, newChatId, newMessageId } from '@shared/ids.ts'
import type { ContextUse } from '@shared/models.ts'
import { newChatSettings } from '@shared/new-chat.ts'
import { useBridge } from '../bridge/bridge.ts'
import { type Branch, joinEnd } from './branch.ts'
import { useRepliesStore } from './replies.ts'
import { useSettingsStore } from './settings.ts'

/** So many messages are read at first, and again when something has changed. */
const endCount = 20
const wholeBranch = 1_000_000

/** What was chosen for a context that is full; nothing while nobody was asked. */
export interface FullChoice {
  contextFull?: 'forget_oldest'
}

/** The chat that is open: its messages and what can be done with them. */
export const useConversationStore = defineStore('conversation', () => {
  const bridge = useBridge()
  const replies = useRepliesStore()
  const settingsStore = useSettingsStore()
  const chat = shallowRef<Chat | null>(null)
  const messages = shallowRef<Message[]>([])
  /** How many messages of the branch stand before those that have been read. */
  const earlierCount = ref(0)
  const isLoading = ref(false)
  const context = shallowRef<ContextUse | null>(null)
  /** A message that is deleted with all below it once that can no longer be undone. */
  const leavingId = ref<MessageId | null>(null)
  const shownMessages = computed(() => {
    const end = messages.value.findIndex(({ id }) => id === leavingId.value)
    return end === -1 ? messages.value : messages.value.slice(0, end)
  })
  const replyId = computed(() => messages.value.find(({ id }) => replies.running.has(id))?.id)

  let lastOpening = 0
  let lastReading = 0
  /** Set until all of the branch has been read: a later reading of its end must not prevent that. */
  let isWholeWanted = false

  function show(path: Message[]): void {
    messages.value = path
    for (const { chatId, id, text, status } of path)
      if (status === 'writing') replies.begin(chatId, id, text)
      // An answer that was on its way while a reply ended may have begun it once more.
      else if (replies.running.has(id)) replies.end(id)
  }

  function showBranch(branch: Branch): void {
    earlierCount.value = branch.earlierCount
    show(branch.messages)
  }

  /** Reads the end of the open chat again, or all of it; an answer that is no longer the latest is dropped. */
  async function readAgain(isWhole = false): Promise<void> {
    const chatId = chat.value?.id
    if (chatId === undefined) return
    const reading = (lastReading += 1)
    isWholeWanted ||= isWhole
    const last = isWholeWanted ? wholeBranch : endCount
    const read = await bridge.request('chat.open', { chatId, last })
    if (reading !== lastReading || chat.value?.id !== chatId) return
    const known = { messages: messages.value, earlierCount: earlierCount.value }
    const joined = joinEnd(known, read)
    if (joined === null) return readAgain(true)
    if (last === wholeBranch) isWholeWanted = false
    chat.value = read.chat
    showBranch(joined)
  }

  /** Reads the messages before those that are there. */
  async function readEarlier(): Promise<void> {
    if (earlierCount.value > 0) await readAgain(true)
  }

  /** Opens a chat with its last messages; `readEarlier` brings the others. */
  async function open(chatId: ChatId, last = endCount): Promise<void> {
    if (chat.value?.id === chatId) return
    const opening = (lastOpening += 1)
    isLoading.value = true
    try {
      const read = await bridge.request('chat.open', { chatId, last })
      if (opening !== lastOpening) return
      lastReading += 1
      isWholeWanted = false
      context.value = null
      chat.value = read.chat
      showBranch(read)
    } finally {
      if (opening === lastOpening) isLoading.value = false
    }
  }

  /** Shows the page of a new chat; the chat comes to be with its first question. */
  function close(): void {
    lastOpening += 1
    isLoading.value = false
    chat.value = null
    showBranch({ messages: [], earlierCount: 0 })
    context.value = null
  }

  /** Makes a chat that is answered as new ones are. */
  function create(chatId: ChatId): Promise<Chat> {
    const settings = newChatSettings(settingsStore.settings)
    return bridge.request('chat.create', { chatId, settings })
  }

  /** Sends a question, in a new chat when none is open. Returns the chat's id. */
  async function send(
    text: string,
    choice: FullChoice = {},
    documents: DocumentChoice | null = null,
  ): Promise<ChatId> {
    await finishDeletion()
    const chatId = chat.value?.id ?? newChatId()
    chat.value ??= await create(chatId)
    const { question, reply } = await bridge.request('chat.send', {
      ...{ chatId, text, questionId: newMessageId(), replyId: newMessageId() },
      ...choice,
      ...(documents === null ? {} : { documents }),
    })
    if (chat.value.id === chatId && !messages.value.some(({ id }) => id === reply.id))
      show([...messages.value, question, reply])
    return chatId
  }

  async function edit(messageId: MessageId, text: string, choice: FullChoice): Promise<void> {
    await finishDeletion()
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await bridge.request('chat.edit', { messageId, text, ...ids, ...choice })
    await readAgain()
  }

  async function regenerate(messageId: MessageId, choice: FullChoice): Promise<void> {
    await finishDeletion()
    await bridge.request('chat.regenerate', { messageId, replyId: newMessageId(), ...choice })
    await readAgain()
  }

  async function continueReply(id: MessageId): Promise<void> {
    await bridge.request('chat.continue', { replyId: id })
    await readAgain(true) // it need not be the last one
  }

  async function stop(): Promise<void> {
    if (replyId.value) await bridge.request('chat.cancel', { replyId: replyId.value })
  }

  /** Shows the version before or after a message. */
  async function chooseVersion(message: Message, step: -1 | 1): Promise<void> {
    const versions = await bridge.request('message.versions', { messageId: message.id })
    const chosen = versions[message.version - 1 + step]
    if (chosen === undefined) return
    await bridge.request('message.choose', { messageId: chosen.id })
    await readAgain()
  }

  /** Shows the branch that a message is on, which may not be the one that is shown. */
  async function showMessage(messageId: MessageId): Promise<void> {
    const isShown = () => messages.value.some(({ id }) => id === messageId)
    if (!isShown()) await readEarlier()
    if (isShown()) return
    await bridge.request('message.choose', { messageId })
    await readAgain()
  }

  /** Hides a message and all below it; `finishDeletion` deletes them, `undoDeletion` does not. */
  async function beginDeletion(messageId: MessageId): Promise<void> {
    await finishDeletion()
    leavingId.value = messageId
  }

  function undoDeletion(): void {
    leavingId.value = null
  }

  async function finishDeletion(): Promise<void> {
    const messageId = leavingId.value
    if (messageId === null) return
    await bridge.request('message.delete', { messageId })
    await readAgain()
    if (leavingId.value === messageId) leavingId.value = null
  }

  /** Copies the branch down to a message into a new chat. Returns its id. */
  async function fork(messageId: MessageId): Promise<ChatId> {
    const chatId = newChatId()
    await bridge.request('chat.fork', { messageId, chatId })
    return chatId
  }

  async function writeSettings(settings: ChatSettings): Promise<void> {
    if (chat.value === null) return
    await bridge.request('chat.write_settings', { chatId: chat.value.id, settings })
    chat.value = { ...chat.value, settings }
  }

  async function writeDraft(chatId: ChatId, text: string): Promise<void> {
    await bridge.request('chat.write_draft', { chatId, text })
    if (chat.value?.id === chatId) chat.value = { ...chat.value, draft: text }
  }

  /** Counts what the next prompt would take; unknown while no model is loaded. */
  async function countContext(text: string): Promise<void> {
    const chatId = chat.value?.id
    if (chatId === undefined) return void (context.value = null)
    try {
      const use = await bridge.request('chat.count_context', { chatId, text })
      if (chat.value?.id === chatId) context.value = use
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      context.value = null
    }
  }

  /** Takes a count that was made elsewhere, with more than what is typed. */
  function takeContext(use: ContextUse): void {
    context.value = use
  }

  // Told before its first piece, which goes behind what is shown: no reading has to be waited for.
  bridge.on('reply.started', ({ chatId, replyId }) => {
    const shown = messages.value.find(({ id }) => id === replyId)
    if (!shown) return
    const writing = { ...shown, status: 'writing', statistics: null, failure: null } as const
    messages.value = messages.value.map((old) => (old === shown ? writing : old))
    replies.begin(chatId, replyId, shown.text)
  })
  bridge.on('reply.finished', ({ message }) => {
    const isShown = messages.value.some(({ id }) => id === message.id)
    if (isShown)
      messages.value = messages.value.map((old) => (old.id === message.id ? message : old))
    replies.end(message.id)
  })
  bridge.on('chats.changed', ({ chatIds }) => {
    if (chat.value && (chatIds === null || chatIds.includes(chat.value.id))) void readAgain()
  })
  bridge.onReconnected(() => void readAgain())
  return {
    ...{
      chat,
      messages,
      earlierCount,
      readEarlier,
      isLoading,
      context,
      replyId,
      open,
      close,
      send,
      edit,
      regenerate,
    },
    ...{ continueReply, stop, chooseVersion, showMessage, fork },
    ...{ leavingId, shownMessages, beginDeletion, undoDeletion, finishDeletion },
    ...{ writeSettings, writeDraft, countContext, takeContext },
  }
})
