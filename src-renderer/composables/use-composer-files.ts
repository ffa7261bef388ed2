import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { mostDocuments } from '@shared/documents.ts'
import { useConversationStore } from '../stores/conversation.ts'
import { useDocumentsStore } from '../stores/documents.ts'
import { useToastsStore } from '../stores/toasts.ts'

/** The files in the composer of the chat that is open. */
export function useComposerFiles() {
  const conversation = useConversationStore()
  const documents = useDocumentsStore()
  const toasts = useToastsStore()
  const { t } = useI18n()

  const chatId = computed(() => conversation.chat?.id ?? null)
  const files = computed(() => documents.filesOf(chatId.value))
  /** Nothing is sent before it is known what would be sent. */
  const isWaiting = computed(
    () =>
      files.value.length > 0 &&
      (documents.failure !== null || files.value.some(({ state }) => state.type === 'reading')),
  )
  const placeholder = computed(() =>
    files.value.length === 0 ? undefined : t('documents.placeholder', files.value.length),
  )
  /** Set while something would be left out. */
  const cutUse = computed(() => {
    const { use } = documents
    const isCut = files.value.length > 0 && use?.documents.some(({ isWhole }) => !isWhole)
    return isCut ? use : null
  })
  const cut = computed({
    get: () => documents.cut,
    set: (chosen) => (documents.cut = chosen),
  })

  function add(added: File[]): void {
    const leftOut = documents.add(chatId.value, added)
    if (leftOut === 0) return
    const text = t('documents.too_many', { most: mostDocuments, count: leftOut }, leftOut)
    toasts.show({ kind: 'error', text })
  }

  /** What goes with the question that is being sent, and what becomes of it then. */
  function beginSending() {
    const from = chatId.value
    return {
      choice: documents.choiceOf(from),
      forget: () => documents.forgetSent(from),
      /** The chat of a first question is there, though the question is not. */
      keep: () => documents.move(from, chatId.value),
    }
  }

  return { chatId, isWaiting, placeholder, cutUse, cut, add, beginSending }
}
