import { ArrowDown, ChevronRight, MessageSquare, MessagesSquare } from '@lucide/vue'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { ChatSummary, SearchHit, TextRange } from '@shared/chat.ts'
import type { PaletteGroup, PaletteItem } from '../components/palette/palette-item.ts'
import { useChatsStore } from '../stores/chats.ts'
import { matchWords } from './match-words.ts'
import { useAppCommands } from './use-app-commands.ts'
import { useFormat } from './use-format.ts'
import type { usePaletteSearch } from './use-palette-search.ts'

const recentCount = 5
/** While something is looked for; otherwise all are offered. */
const commandLimit = 5

/** What the palette offers for what is typed: chats, messages and commands. */
export function usePaletteGroups(search: ReturnType<typeof usePaletteSearch>) {
  const chats = useChatsStore()
  const { commands } = useAppCommands()
  const format = useFormat()
  const router = useRouter()
  const { t } = useI18n()

  const chatItem = (chat: ChatSummary, highlights: TextRange[]): PaletteItem => ({
    key: `chat-${chat.id}`,
    icon: MessageSquare,
    text: chat.title || t('common.new_chat_title'),
    highlights,
    detail: format.date(chat.updatedAtMs),
    run: () => void router.push({ name: 'chat', params: { chatId: chat.id } }),
  })

  const messageItem = (hit: SearchHit): PaletteItem => ({
    key: `message-${hit.messageId}`,
    icon: MessagesSquare,
    text: hit.excerpt,
    highlights: hit.highlights,
    detail: hit.chatTitle || t('common.new_chat_title'),
    run: () =>
      void router.push({
        name: 'chat',
        params: { chatId: hit.chatId },
        query: { message: hit.messageId },
      }),
  })

  const chatItems = computed(() =>
    search.answered.value === ''
      ? chats.chats.slice(0, recentCount).map((chat) => chatItem(chat, []))
      : search.titles.value.map((hit) => chatItem(hit.chat, hit.highlights)),
  )
  const moreItem = computed<PaletteItem>(() => ({
    key: 'more',
    icon: ArrowDown,
    text: t('palette.more_messages'),
    highlights: [],
    isStaying: true,
    run: () => void search.findMore(),
  }))
  const messageItems = computed(() => [
    ...search.messages.value.map(messageItem),
    ...(search.hasMore.value ? [moreItem.value] : []),
  ])
  const commandItems = computed(() => {
    const query = search.query.value.trim()
    const items = commands.value.flatMap(({ id, label, keys, run }): PaletteItem[] => {
      const highlights = matchWords(label, query)
      return highlights ? [{ key: id, icon: ChevronRight, text: label, highlights, keys, run }] : []
    })
    return query === '' ? items : items.slice(0, commandLimit)
  })
  const counts = computed(() => ({
    chats: chatItems.value.length,
    messages: search.messages.value.length,
    commands: commandItems.value.length,
  }))

  const groups = computed<PaletteGroup[]>(() =>
    [
      {
        key: 'chats',
        label: t(search.answered.value === '' ? 'palette.recent' : 'palette.chats'),
        items: chatItems.value,
      },
      { key: 'commands', label: t('palette.commands'), items: commandItems.value },
      { key: 'messages', label: t('palette.messages'), items: messageItems.value },
    ].filter(({ items }) => items.length > 0),
  )
  return { groups, counts }
}
