import { Notification } from 'electron'
import type { EventMessage } from '../shared/app-api.ts'
import type { ChatId } from '../shared/ids.ts'

const longestExcerpt = 140

export interface ReplyNotice {
  chatId: ChatId
  excerpt: string
}

/** What there is to tell about an event to a person who looks elsewhere; null for nothing. */
export function noticeOf(event: EventMessage): ReplyNotice | null {
  if (event.event !== 'reply.finished') return null
  const { chatId, message } = event.payload
  if (message.status === 'cancelled') return null // by the person themselves
  return { chatId, excerpt: excerptOf(message.text.replace(/\s+/g, ' ').trim()) }
}

/** The beginning of a text, cut between letters as people see them. */
function excerptOf(text: string): string {
  const beginning = new Intl.Segmenter().segment(text.slice(0, 2 * longestExcerpt))
  const letters = Array.from(beginning, ({ segment }) => segment)
  if (letters.length <= longestExcerpt) return text
  return `${letters.slice(0, longestExcerpt).join('')}…`
}

/** Tells that a reply is there; `open` runs when the person clicks on it. */
export function notify(title: string, notice: ReplyNotice, open: () => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body: notice.excerpt })
  notification.on('click', open)
  notification.show()
}
