import { computed, inject, provide, ref, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Message } from '@shared/chat.ts'
import type { MessageDocument } from '@shared/documents.ts'
import { pageMarksKey } from '../markdown/page-marks.ts'
import { documentsBeforeKey } from './question-documents.ts'

/** Lets the marks of pages in a reply show what the model was given of those pages. */
export function usePageMarks(reply: () => Message) {
  const { t } = useI18n()
  const documentsBefore = inject(documentsBeforeKey, () => [])
  const documents = computed(() => documentsBefore(reply()))
  const shown = shallowRef<{ document: MessageDocument; page: number } | null>(null)
  const isOpen = ref(false)
  const withPage = (page: number) => documents.value.find(({ pages }) => pages.includes(page))

  provide(pageMarksKey, {
    has: (page) => withPage(page) !== undefined,
    labelOf: (page) => t('documents.to_page', { page }),
    show: (page) => {
      const document = withPage(page)
      if (document === undefined) return
      shown.value = { document, page }
      isOpen.value = true
    },
  })
  return { shown, isOpen }
}
