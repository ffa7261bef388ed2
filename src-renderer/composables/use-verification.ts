import { computed, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { InstalledModel, Verification } from '@shared/models.ts'
import { useModelsStore } from '../stores/models.ts'
import { useAttempt } from './use-attempt.ts'

/** Compares a model's files with their hashes and tells what came of it. */
export function useVerification(model: () => InstalledModel) {
  const models = useModelsStore()
  const attempt = useAttempt()
  const { t } = useI18n()
  const outcome = shallowRef<Verification | null>(null)
  const progress = computed(() => models.verifying.get(model().id) ?? null)

  const verify = (): Promise<void> =>
    attempt(async () => {
      outcome.value = null
      outcome.value = await models.verify(model().id)
    })

  const text = computed(() => {
    const found = outcome.value
    if (found === null) return null
    if (found.type === 'unknown') return t('models.verified.unknown', { sha256: found.sha256 })
    if (found.type === 'damaged') return t('models.verified.damaged', { path: found.path })
    return t('models.verified.sound')
  })

  return { outcome, progress, text, verify }
}
