import type { AdapterChoice } from './adapters.ts'
import type { MessageDocument } from './documents.ts'
import type { GenerateStatistics, SamplingOptions } from './engine-api.ts'
import type { AppFailure } from './errors.ts'
import type { ChatId, MessageId } from './ids.ts'
import type { RemoteChoice } from './remote.ts'
import type { ContextFullPolicy } from './settings.ts'
import type { ToolDefinition } from './tools.ts'

/** What a chat is set to; absent fields take the app's settings. */
export interface ChatSettings {
  sampling?: SamplingOptions
  /** Put before the first question; ChatGLM3 is told it by the system. */
  preamble?: string
  contextFull?: ContextFullPolicy
  /** The server that answers; absent for the model on this computer. */
  remote?: RemoteChoice
  /** What the model on this computer writes with; a server is not told of it. */
  adapter?: AdapterChoice
  /** What ChatGLM3 may call; other models are not told of it. */
  tools?: ToolDefinition[]
}

/** Where a chat is shown: one of the three, never two. */
export type ChatView = 'current' | 'archived' | 'trash'

export interface ChatSummary {
  id: ChatId
  title: string
  createdAtMs: number
  /** When something was last said; the list is sorted by it. */
  updatedAtMs: number
  pinned: boolean
  archived: boolean
  /** In the order in which the person gave them. */
  tags: string[]
  /** When it was put into the trash. */
  deletedAtMs: number | null
}

export interface Chat extends ChatSummary {
  /** The last message of the branch that is shown. */
  activeLeafId: MessageId | null
  settings: ChatSettings
  /** What is typed and not yet sent. */
  draft: string
}

/** The last chat of a page; the next page starts after it. */
export interface ChatCursor {
  pinned: boolean
  updatedAtMs: number
  id: ChatId
}

export interface ChatPage {
  chats: ChatSummary[]
  next: ChatCursor | null
}

/** How a reply ended: by itself, at the length limit, by the person, by an error, by a crash. */
export type ReplyEnd = 'done' | 'length' | 'cancelled' | 'failed' | 'interrupted'

/** Questions are always `done`. */
export type MessageStatus = 'writing' | ReplyEnd

/** A node of a chat's tree. Questions and replies alternate from the root. */
export interface Message {
  id: MessageId
  chatId: ChatId
  parentId: MessageId | null
  role: 'user' | 'assistant'
  text: string
  status: MessageStatus
  createdAtMs: number
  model: string | null
  seed: number | null
  statistics: GenerateStatistics | null
  /** Why a failed reply failed. */
  failure: AppFailure | null
  /** What the reply was sampled with; null for questions. */
  sampling: SamplingOptions | null
  /** What the reply was written with besides the model; absent where there was none. */
  adapter?: AdapterChoice
  /** The files that a question gives to the model; absent where there are none. */
  documents?: MessageDocument[]
  /** Counts from 1 among the messages with the same parent, oldest first. */
  version: number
  versionCount: number
}

/** A chat with the end of the branch that is shown, which is all that its first screen needs. */
export interface OpenedChat {
  chat: Chat
  /** The last messages of the branch; a reply in progress as it stands. */
  messages: Message[]
  /** How many messages of the branch stand before them. */
  earlierCount: number
}

export interface Exchange {
  question: Message
  reply: Message
}

/** A range of UTF-16 units, as `String.slice` takes it. */
export interface TextRange {
  start: number
  end: number
}

/** A word that a person puts on chats, with how many carry it outside the trash. */
export interface TagCount {
  tag: string
  chats: number
}

/** A chat whose title matches, before the messages that match. */
export interface TitleHit {
  chat: ChatSummary
  highlights: TextRange[]
}

export interface SearchHit {
  /** Later messages have higher numbers; the next page starts below the last hit's. */
  position: number
  chatId: ChatId
  chatTitle: string
  messageId: MessageId
  role: Message['role']
  createdAtMs: number
  /** The text around the first match. */
  excerpt: string
  /** Where the excerpt starts in the message's text. */
  excerptOffset: number
  /** The matches, as ranges of the excerpt. */
  highlights: TextRange[]
}
