import { type ComputedRef, computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { UpdateState } from '@shared/updates.ts'
import { useUpdatesStore } from '../stores/updates.ts'
import { useErrorText } from './use-attempt.ts'
import { useFormat } from './use-format.ts'

/** The state of updates in a sentence. */
export function useUpdateWords(): ComputedRef<string> {
  const { t } = useI18n()
  const store = useUpdatesStore()
  const failureText = useErrorText()
  const format = useFormat()

  function sentence(state: UpdateState): string {
    switch (state.type) {
      case 'unavailable':
        return t(`settings.updates.none.${state.reason}`)
      case 'idle':
        if (state.checkedAtMs === null) return t('settings.updates.never')
        return t('settings.updates.current', { time: format.dateTime(state.checkedAtMs) })
      case 'checking':
        return t('settings.updates.checking')
      case 'available': {
        const { version, sizeBytes, isByHand } = state.offer
        if (isByHand) return t('settings.updates.by_hand', { version })
        return t('settings.updates.available', { version, size: format.size(sizeBytes) })
      }
      case 'downloading':
        if (state.problem !== null) return failureText(state.problem)
        return t('settings.updates.downloading', { version: state.offer.version })
      case 'ready':
      case 'installing':
        return t(`settings.updates.${state.type}`, { version: state.offer.version })
      case 'waiting':
        return t('settings.updates.waiting')
      case 'failed':
        return failureText(state.failure)
    }
  }

  return computed(() => (store.state === null ? '' : sentence(store.state)))
}
