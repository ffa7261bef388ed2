import { z } from 'zod'
import type { MessageId } from '../../shared/ids.ts'
import { describeIssues } from '../describe-issues.ts'
import { latestTimeMs, type WholeChat, type WholeMessage } from '../store/whole-chat.ts'
import { foreignChat, foreignMessage } from './new-chat.ts'

const nodeSchema = z.object({
  parent: z.string().nullish(),
  children: z.array(z.string()).default([]),
  message: z
    .object({
      author: z.object({ role: z.string() }),
      create_time: z.number().nullish(),
      content: z.object({ content_type: z.string(), parts: z.array(z.unknown()).nullish() }),
    })
    .nullish(),
})

const conversationSchema = z.object({
  title: z.string().nullish(),
  create_time: z.number().nullish(),
  update_time: z.number().nullish(),
  current_node: z.string().nullish(),
  mapping: z.record(z.string(), nodeSchema),
})

type Node = z.output<typeof nodeSchema>

/** ChatGPT's `conversations.json`. */
export const isChatGptExport = (data: unknown): boolean =>
  Array.isArray(data) &&
  data.some((entry) => typeof entry === 'object' && entry !== null && 'mapping' in entry)

/** A time that no calendar holds counts as none. */
function milliseconds(seconds: number | null | undefined, otherwise: number): number {
  const timeMs = Math.max(0, Math.round((seconds ?? Infinity) * 1000))
  return timeMs <= latestTimeMs ? timeMs : otherwise
}

/** What a person or ChatGPT said in a node; null for tools, system text and pictures. */
function spoken({ message }: Node): { role: WholeMessage['role']; text: string } | null {
  const role = message?.author.role
  if (!message || (role !== 'user' && role !== 'assistant')) return null
  const texts = (message.content.parts ?? []).filter((part) => typeof part === 'string')
  const text = texts.join('\n').trim()
  return text === '' ? null : { role, text }
}

/** Takes one conversation over, node by node, parents first. */
class ConversationReader {
  readonly messages: WholeMessage[] = []
  /** For each node the message that stands for it, or for what came before it. */
  private readonly places = new Map<string, WholeMessage | null>()
  private readonly hasChildren = new Set<MessageId>()
  skipped = 0

  constructor(private readonly nowMs: number) {}

  add(nodeId: string, node: Node): void {
    const parent = this.places.get(node.parent ?? '') ?? null
    const said = spoken(node)
    if (said === null && node.message) this.skipped += 1
    this.places.set(nodeId, said === null ? parent : this.say(parent, said, node))
  }

  /** Ends the branches that end in a question, since every question of ours has a reply. */
  leafFor(nodeId: string | null | undefined): MessageId | null {
    for (const message of [...this.messages])
      if (message.role === 'user' && !this.hasChildren.has(message.id))
        this.push(message, 'assistant', '', message.createdAtMs).status = 'interrupted'
    const place = this.places.get(nodeId ?? '')
    if (!place) return this.messages.findLast(({ role }) => role === 'assistant')?.id ?? null
    if (place.role === 'assistant') return place.id
    return this.messages.find(({ parentId }) => parentId === place.id)?.id ?? null
  }

  private say(
    parent: WholeMessage | null,
    { role, text }: { role: WholeMessage['role']; text: string },
    node: Node,
  ): WholeMessage {
    const timeMs = milliseconds(node.message?.create_time, this.nowMs)
    if (parent?.role === role) return this.goOn(parent, text, timeMs)
    if (parent === null && role === 'assistant')
      return this.push(this.push(null, 'user', '', timeMs), role, text, timeMs)
    return this.push(parent, role, text, timeMs)
  }

  /** Two messages of the same side become one; where there are branches, one more version. */
  private goOn(before: WholeMessage, text: string, timeMs: number): WholeMessage {
    if (!this.hasChildren.has(before.id)) {
      before.text += `\n\n${text}`
      return before
    }
    const parent = this.messages.find(({ id }) => id === before.parentId) ?? null
    return this.push(parent, before.role, `${before.text}\n\n${text}`, timeMs)
  }

  private push(
    parent: WholeMessage | null,
    role: WholeMessage['role'],
    text: string,
    timeMs: number,
  ): WholeMessage {
    const message = foreignMessage(parent?.id ?? null, role, text, timeMs)
    this.messages.push(message)
    if (parent) this.hasChildren.add(parent.id)
    return message
  }
}

function readConversation(entry: unknown, nowMs: number): { chat: WholeChat; skipped: number } {
  const conversation = conversationSchema.parse(entry)
  const nodes = new Map(Object.entries(conversation.mapping))
  const reader = new ConversationReader(nowMs)
  const waiting = [...nodes].filter(([, { parent }]) => !nodes.has(parent ?? '')).map(([id]) => id)
  const seen = new Set<string>()
  // It grows while it is walked.
  for (const id of waiting) {
    const node = nodes.get(id)
    if (!node || seen.has(id)) continue
    seen.add(id)
    reader.add(id, node)
    for (const child of node.children) waiting.push(child)
  }
  const createdAtMs = milliseconds(conversation.create_time, nowMs)
  const updatedAtMs = milliseconds(conversation.update_time, createdAtMs)
  const leaf = reader.leafFor(conversation.current_node)
  const times = { createdAtMs, updatedAtMs }
  const chat = foreignChat(conversation.title ?? '', reader.messages, leaf, times)
  return { chat, skipped: reader.skipped }
}

/** Every conversation with its branches. A broken one becomes a warning. */
export function readChatGptExport(data: unknown, nowMs: number) {
  const chats: WholeChat[] = []
  const warnings: string[] = []
  let skipped = 0
  for (const [index, entry] of z.array(z.unknown()).parse(data).entries())
    try {
      const read = readConversation(entry, nowMs)
      if (read.chat.messages.length > 0) chats.push(read.chat)
      skipped += read.skipped
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error
      warnings.push(`Conversation ${index + 1} was left out: ${describeIssues(error)}`)
    }
  if (skipped > 0)
    warnings.push(`${skipped} entries of tools, system texts or pictures were left out.`)
  return { chats, warnings }
}
