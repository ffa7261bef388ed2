import { watchDebounced } from '@vueuse/core'
import { ref, shallowRef } from 'vue'
import type { SearchHit, TitleHit } from '@shared/chat.ts'
import { useChatsStore } from '../stores/chats.ts'
import { useAttempt } from './use-attempt.ts'

const titleLimit = 6
const pageSize = 20
/** Short enough to feel immediate, long enough to spare the words that are still being typed. */
const pauseMs = 80

/** Finds chats by their titles and messages by their words, while a person types. */
export function usePaletteSearch() {
  const chats = useChatsStore()
  const attempt = useAttempt()
  const query = ref('')
  const titles = shallowRef<TitleHit[]>([])
  const messages = shallowRef<SearchHit[]>([])
  const hasMore = ref(false)
  /** What the results belong to; differs from the query while a search is under way. */
  const answered = ref('')

  async function find(text: string): Promise<void> {
    const [foundTitles, foundMessages] =
      text === ''
        ? [[], []]
        : await Promise.all([chats.findTitles(text, titleLimit), chats.find(text, pageSize)])
    if (text !== query.value.trim()) return // more was typed meanwhile
    titles.value = foundTitles
    messages.value = foundMessages
    hasMore.value = foundMessages.length === pageSize
    answered.value = text
  }

  const findMore = (): Promise<void> =>
    attempt(async () => {
      const text = answered.value
      const more = await chats.find(text, pageSize, messages.value.at(-1)?.position)
      if (text !== answered.value) return
      messages.value = [...messages.value, ...more]
      hasMore.value = more.length === pageSize
    })

  function clear(): void {
    query.value = ''
    void find('')
  }

  watchDebounced(
    () => query.value.trim(),
    (text) => attempt(() => find(text)),
    { debounce: pauseMs },
  )
  return { query, answered, titles, messages, hasMore, findMore, clear }
}
