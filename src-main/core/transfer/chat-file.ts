import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import { describeIssues } from '../describe-issues.ts'
import { type WholeChat, wholeChatSchema } from '../store/whole-chat.ts'

/** What our files begin with; docs/export-format.md describes the rest. */
export const chatFileFormat = 'chatglm-desktop-chats'
export const chatFileVersion = 2

/** The first version whose questions have documents, which an older app would leave out unseen. */
const documentsVersion = 2

const versionFor = (chats: WholeChat[]): number =>
  chats.some(({ messages }) => messages.some(({ documents }) => documents)) ? documentsVersion : 1

const headSchema = z.object({ format: z.literal(chatFileFormat), version: z.int().positive() })
const bodySchema = z.object({ chats: z.array(z.unknown()) })

export const isChatFile = (data: unknown): boolean => headSchema.safeParse(data).success

/** Chats as one file, which `readChatFile` reads back without any loss. */
export function writeChatFile(chats: WholeChat[], appVersion: string, now: Date): string {
  const head = { format: chatFileFormat, version: versionFor(chats) }
  const file = { ...head, exportedAt: now.toISOString(), app: appVersion, chats }
  return `${JSON.stringify(file, null, 2)}\n`
}

/** What a file that holds no chats is refused with. */
export const noChats = (cause?: unknown): AppError =>
  new AppError(
    'transfer.unknown_format',
    'This is no file of chats. Choose an export of this app, a history list, or ChatGPT’s conversations.json.',
    { cause },
  )

/** Reads one of our files. A broken chat becomes a warning. Throws AppError for a later version. */
export function readChatFile(data: unknown): { chats: WholeChat[]; warnings: string[] } {
  if (headSchema.parse(data).version > chatFileVersion)
    throw new AppError(
      'transfer.later_version',
      'This file is from a later version of the app. Update the app to import it.',
    )
  const body = bodySchema.safeParse(data)
  if (!body.success) throw noChats(body.error)
  const chats: WholeChat[] = []
  const warnings: string[] = []
  for (const [index, entry] of body.data.chats.entries()) {
    const parsed = wholeChatSchema.safeParse(entry)
    if (parsed.success) chats.push(parsed.data)
    else warnings.push(`Chat ${index + 1} was left out: ${describeIssues(parsed.error)}`)
  }
  return { chats, warnings }
}
