import { shallowReactive } from 'vue'
import { useI18n } from 'vue-i18n'
import type { InstalledAdapter } from '@shared/adapters.ts'
import type { AdapterId } from '@shared/ids.ts'
import { useAdaptersStore } from '../stores/adapters.ts'
import { useToastsStore } from '../stores/toasts.ts'
import { useAttempt } from './use-attempt.ts'

/** Adapters that are removed once that can no longer be undone. */
const leaving = shallowReactive(new Set<AdapterId>())

/** Removes an adapter, but only when the time for an undo is over. */
export function useAdapterRemoval() {
  const adapters = useAdaptersStore()
  const toasts = useToastsStore()
  const attempt = useAttempt()
  const { t } = useI18n()

  function remove({ id, name }: InstalledAdapter): void {
    leaving.add(id)
    const forget = () => void leaving.delete(id)
    toasts.show({
      kind: 'info',
      text: t('adapters.removed', { name }),
      action: { label: t('common.undo'), run: forget },
      onUnused: () => void attempt(() => adapters.remove(id)).finally(forget),
    })
  }

  return { leaving, remove }
}
