import { useRouter } from 'vue-router'
import type { DownloadId, ModelId } from '@shared/ids.ts'
import { useDownloadsStore } from '../stores/downloads.ts'
import { useModelsStore } from '../stores/models.ts'
import { useAttempt } from './use-attempt.ts'

/** What can be done with a download. */
export function useDownloadActions() {
  const downloads = useDownloadsStore()
  const models = useModelsStore()
  const router = useRouter()
  const attempt = useAttempt()

  return {
    pause: (id: DownloadId) => attempt(() => downloads.pause(id)),
    resume: (id: DownloadId) => attempt(() => downloads.resume(id)),
    cancel: (id: DownloadId) => attempt(() => downloads.cancel(id)),
    /** Loads what has arrived, and goes where one can talk with it. */
    use: (id: ModelId) =>
      attempt(async () => {
        await models.load(id)
        downloads.isListOpen = false
        await router.push('/')
      }),
  }
}
