import { expect, test } from 'vitest'
import type { ChatSummary } from '@shared/chat.ts'
import { chatId } from '@shared/ids.ts'
import { listRows } from '../../../../src-renderer/components/sidebar/list-rows.ts'

const today = new Date(2026, 2, 30).getTime()

const chat = (title: string, day: Date, fields: Partial<ChatSummary> = {}): ChatSummary => ({
  id: chatId(title),
  title,
  createdAtMs: 0,
  updatedAtMs: day.getTime(),
  pinned: false,
  archived: false,
  tags: [],
  deletedAtMs: null,
  ...fields,
})

const words = (chats: ChatSummary[], view: 'current' | 'archived' | 'trash' = 'current') =>
  listRows(chats, view, today).map((row) =>
    row.type === 'heading' ? row.key.replace(/^month-\d+$/, 'month') : row.chat.title,
  )

test('puts each chat under its day, and older ones under their month', () => {
  const chats = [
    chat('pinned', new Date(2020, 0, 1), { pinned: true }),
    chat('noon', new Date(2026, 2, 30, 12)),
    chat('midnight', new Date(2026, 2, 30)),
    chat('late yesterday', new Date(2026, 2, 29, 23, 59)), // a day of 23 hours in much of Europe
    chat('a week ago', new Date(2026, 2, 23)),
    chat('eight days ago', new Date(2026, 2, 22)),
    chat('February', new Date(2026, 1, 28)),
    chat('February, too', new Date(2026, 1, 1)),
  ]
  expect(words(chats)).toEqual([
    ...['pinned', 'pinned', 'today', 'noon', 'midnight', 'yesterday', 'late yesterday'],
    ...['week', 'a week ago', 'month', 'eight days ago', 'month', 'February', 'February, too'],
  ])
})

test('sorts the trash by the day of the deletion and has no pinned chats there', () => {
  const old = chat('old', new Date(2020, 0, 1), { pinned: true, deletedAtMs: today + 1 })
  expect(words([old], 'trash')).toEqual(['today', 'old'])
})
