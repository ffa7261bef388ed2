import { useI18n } from 'vue-i18n'
import type { ChatId } from '@shared/ids.ts'
import { chatFileExtension, type ExportFormat, type ImportReport } from '@shared/transfer.ts'
import { useChatsStore } from '../stores/chats.ts'
import { useHostStore } from '../stores/host.ts'
import { useToastsStore } from '../stores/toasts.ts'
import { saveFile } from './save-file.ts'
import { useAttempt } from './use-attempt.ts'

/** Lets the person choose files; none when the dialog was left. */
function chooseFiles(accept: string): Promise<File[]> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = accept
  input.multiple = true
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}

/** Chats as files: out of the app and into it. */
export function useTransfer() {
  const chats = useChatsStore()
  const host = useHostStore()
  const toasts = useToastsStore()
  const attempt = useAttempt()
  const { t } = useI18n()

  /** `chatIds` null for all outside the trash. */
  const exportChats = (chatIds: ChatId[] | null, format: ExportFormat): Promise<void> =>
    attempt(async () => saveFile(await chats.exportChats(chatIds, format)))

  function tell(report: ImportReport): void {
    const { warnings, chats: added, messages, skippedChats: skipped } = report
    const parts = [
      t('common.imported', { chats: added, messages }, added),
      ...(skipped > 0 ? [t('common.import_skipped', { count: skipped }, skipped)] : []),
      ...warnings.slice(0, 1),
    ]
    toasts.show({ kind: 'info', text: parts.join(t('common.sentence_gap')) })
  }

  const importFiles = (): Promise<void> =>
    attempt(async () => {
      for (const file of await chooseFiles(`.${chatFileExtension},.json,application/json`))
        tell(await chats.importFile(file.name, await file.text()))
    })

  /** Takes in what was opened with the app. */
  const importOpened = (): Promise<void> =>
    attempt(async () => {
      for (let file = await host.takeOpenedChats(); file; file = await host.takeOpenedChats())
        tell(await chats.importFile(file.fileName, file.text))
    })

  return { exportChats, importFiles, importOpened }
}
