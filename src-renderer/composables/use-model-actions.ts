import { shallowReactive } from 'vue'
import { useI18n } from 'vue-i18n'
import type { ModelId } from '@shared/ids.ts'
import type { InstalledModel } from '@shared/models.ts'
import { useModelsStore } from '../stores/models.ts'
import { useToastsStore } from '../stores/toasts.ts'
import { useAttempt } from './use-attempt.ts'

/** Models that are removed once that can no longer be undone. */
const leaving = shallowReactive(new Set<ModelId>())

/** What can be done with a model. */
export function useModelActions() {
  const models = useModelsStore()
  const toasts = useToastsStore()
  const attempt = useAttempt()
  const { t } = useI18n()

  /** Removes a model, but only when the time for an undo is over. */
  function remove({ id, name, kind }: InstalledModel): void {
    leaving.add(id)
    const forget = () => void leaving.delete(id)
    toasts.show({
      kind: 'info',
      text: t(kind === 'catalogue' ? 'models.removed_files' : 'models.removed', { name }),
      action: { label: t('common.undo'), run: forget },
      onUnused: () => void attempt(() => models.remove(id)).finally(forget),
    })
  }

  return {
    leaving,
    remove,
    load: (id: ModelId) => attempt(() => models.load(id)),
    unload: () => attempt(models.unload),
    cancel: () => attempt(models.cancel),
  }
}
