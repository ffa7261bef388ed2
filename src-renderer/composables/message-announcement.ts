import { type Ref, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Message } from '@shared/chat.ts'
import type { MessageId } from '@shared/ids.ts'
import { plainTextOf } from '../components/markdown/plain-text.ts'

/** Longer replies are read on by going to them. */
const longestAnnouncement = 600

/** What a screen reader says: each reply once, when it has ended, and none of its pieces. */
export function useMessageAnnouncement(messages: Ref<readonly Message[]>) {
  const { t } = useI18n()
  const announcement = ref('')
  let writing = new Set<MessageId>()

  watch(
    messages,
    (now) => {
      const ended = now.find(({ id, status }) => writing.has(id) && status !== 'writing')
      if (ended) {
        const text = plainTextOf(ended.text.slice(0, 4 * longestAnnouncement))
        announcement.value = t('messages.finished', { text: text.slice(0, longestAnnouncement) })
      }
      writing = new Set(now.filter(({ status }) => status === 'writing').map(({ id }) => id))
    },
    { immediate: true },
  )
  return { announcement }
}
