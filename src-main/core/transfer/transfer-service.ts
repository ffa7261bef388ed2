import { AppError } from '../../shared/errors.ts'
import type { ChatId } from '../../shared/ids.ts'
import {
  chatFileExtension,
  type ExportedFile,
  type ExportFormat,
  type ImportReport,
} from '../../shared/transfer.ts'
import type { StoreClient } from '../store/store-client.ts'
import type { WholeChat } from '../store/whole-chat.ts'
import { isChatFile, noChats, readChatFile, writeChatFile } from './chat-file.ts'
import { isChatGptExport, readChatGptExport } from './chatgpt-export.ts'
import { isHistoryList, readHistoryList, writeHistoryList } from './history-list.ts'
import { chatsAsMarkdown } from './markdown-export.ts'

/** So many chats are written at once: few enough that others need not wait long. */
const chatsAtOnce = 50

/** More warnings are counted only; nobody reads them, and a hostile file has millions. */
const mostWarnings = 100

interface ReadFile {
  source: ImportReport['source']
  chats: WholeChat[]
  warnings: string[]
}

/** Chats as files: out of the store and into it. */
export class TransferService {
  constructor(
    private readonly store: StoreClient,
    private readonly appVersion: string,
  ) {}

  /** Adds what a file holds and is not there yet. Throws AppError when it is no file of chats. */
  async import(fileName: string, text: string): Promise<ImportReport> {
    const { source, chats, warnings } = readFile(fileName, text)
    const report: ImportReport = { source, chats: 0, messages: 0, skippedChats: 0, warnings }
    for (let index = 0; index < chats.length; index += chatsAtOnce) {
      const part = chats.slice(index, index + chatsAtOnce)
      const outcome = await this.store.ask('chat.import', { chats: part })
      report.chats += outcome.chats
      report.messages += outcome.messages
      report.skippedChats += outcome.skipped
      for (const { title, reason } of outcome.refused)
        report.warnings.push(`“${title}” was left out: ${reason}.`)
    }
    return { ...report, warnings: atMost(mostWarnings, report.warnings) }
  }

  /** Writes chats as a file; null for all outside the trash. */
  async export(chatIds: ChatId[] | null, format: ExportFormat): Promise<ExportedFile> {
    const chats = await this.store.ask('chat.export', { chatIds })
    const now = new Date()
    const name = fileNameOf(chats, now)
    switch (format) {
      case 'json':
        return {
          fileName: `${name}.${chatFileExtension}`,
          mediaType: 'application/json',
          text: writeChatFile(chats, this.appVersion, now),
        }
      case 'markdown':
        return { fileName: `${name}.md`, mediaType: 'text/markdown', text: chatsAsMarkdown(chats) }
      case 'history':
        return {
          fileName: `${name}.history.json`,
          mediaType: 'application/json',
          text: writeHistoryList(onlyOne(chats)),
        }
    }
  }
}

function atMost(most: number, warnings: string[]): string[] {
  if (warnings.length <= most) return warnings
  return [...warnings.slice(0, most), `${warnings.length - most} more warnings are not shown.`]
}

function onlyOne(chats: WholeChat[]): WholeChat {
  const [chat] = chats
  if (chat && chats.length === 1) return chat
  throw new AppError('transfer.one_chat', 'A history list holds one chat. Choose a single chat.')
}

/** A name that every system takes. */
function fileNameOf(chats: WholeChat[], now: Date): string {
  const date = now.toISOString().slice(0, 10)
  const title = chats.length === 1 ? (chats[0]?.title ?? '') : ''
  const safe = title
    .replaceAll(/[\p{Cc}<>:"/\\|?*]/gu, ' ')
    .trim()
    .slice(0, 60)
    .replace(/[. ]+$/, '')
  return safe === '' ? `chatglm-${date}` : safe
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new AppError(
      'transfer.not_json',
      'This file is no JSON, or it is cut off. Export it again where it comes from.',
      { cause },
    )
  }
}

function readFile(fileName: string, text: string): ReadFile {
  const data = parseJson(text)
  if (isChatFile(data)) return { source: 'chatglm', ...readChatFile(data) }
  if (isChatGptExport(data)) return { source: 'chatgpt', ...readChatGptExport(data, Date.now()) }
  if (isHistoryList(data)) {
    const chat = readHistoryList(data, fileName, Date.now())
    return { source: 'history', chats: [chat], warnings: [] }
  }
  throw noChats()
}
