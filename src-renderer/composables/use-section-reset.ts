import { computed } from 'vue'
import { type AppSettings, defaultSettings } from '@shared/settings.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useAttempt } from './use-attempt.ts'

const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other)

/** Takes some settings back to what they were at the first start. */
export function useSectionReset(names: () => readonly (keyof AppSettings)[]) {
  const settings = useSettingsStore()
  const attempt = useAttempt()
  const changed = computed(() =>
    names().filter((name) => !isSame(settings.settings[name], defaultSettings[name])),
  )
  const isChanged = computed(() => changed.value.length > 0)

  const reset = (): Promise<void> =>
    attempt(() =>
      settings.write(
        Object.fromEntries(changed.value.map((name) => [name, defaultSettings[name]])),
      ),
    )

  return { isChanged, reset }
}
