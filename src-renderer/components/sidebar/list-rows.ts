import type { ChatSummary, ChatView } from '@shared/chat.ts'

/** What stands above some chats of the list. */
export type GroupName = 'pinned' | 'today' | 'yesterday' | 'week' | { monthOfMs: number }

/** A line of the list as it is drawn. */
export type ListRow =
  | { type: 'heading'; key: string; name: GroupName }
  | { type: 'chat'; key: string; chat: ChatSummary }

const daysBefore = (dayStartMs: number, days: number): number => {
  const day = new Date(dayStartMs)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - days).getTime()
}

/** When the day of `ms` began, where the person is. */
export const startOfDay = (ms: number): number => daysBefore(ms, 0)

function monthStart(ms: number): number {
  const day = new Date(ms)
  return new Date(day.getFullYear(), day.getMonth()).getTime()
}

/** Puts headings between chats, which come sorted: pinned ones first, then the latest. */
export function listRows(chats: ChatSummary[], view: ChatView, todayMs: number): ListRow[] {
  const yesterdayMs = daysBefore(todayMs, 1)
  const weekMs = daysBefore(todayMs, 7)

  function groupOf(chat: ChatSummary): GroupName {
    if (view === 'current' && chat.pinned) return 'pinned'
    const ms = (view === 'trash' ? chat.deletedAtMs : null) ?? chat.updatedAtMs
    if (ms >= todayMs) return 'today'
    if (ms >= yesterdayMs) return 'yesterday'
    if (ms >= weekMs) return 'week'
    return { monthOfMs: monthStart(ms) }
  }

  const rows: ListRow[] = []
  const headings = new Set<string>()
  for (const chat of chats) {
    const name = groupOf(chat)
    const key = typeof name === 'string' ? name : `month-${name.monthOfMs}`
    if (!headings.has(key)) rows.push({ type: 'heading', key, name })
    headings.add(key)
    rows.push({ type: 'chat', key: chat.id, chat })
  }
  return rows
}
