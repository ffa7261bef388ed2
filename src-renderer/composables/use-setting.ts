import { type WritableComputedRef, computed } from 'vue'
import type { AppSettings } from '@shared/settings.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useAttempt } from './use-attempt.ts'

/** One setting, to be bound to a control; what is chosen is saved at once. */
export function useSetting<Name extends keyof AppSettings>(
  name: Name,
): WritableComputedRef<AppSettings[Name]> {
  const store = useSettingsStore()
  const attempt = useAttempt()
  return computed({
    get: () => store.settings[name],
    set: (value) => void attempt(() => store.write({ [name]: value })),
  })
}
