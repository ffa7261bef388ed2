import { type WritableComputedRef, computed } from 'vue'
import type { SamplingOptions } from '@shared/engine-api.ts'
import type { AppSettings } from '@shared/settings.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useAttempt } from './use-attempt.ts'

/** What the official code samples with, where nothing is set. */
export const officialSampling = {
  temperature: 0.8,
  topP: 0.8,
  topK: 50,
  repetitionPenalty: 1,
  maxLength: 8192,
}

export type SamplingName = keyof typeof officialSampling

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

/** The settings of sampling; one that equals the official default is left out. */
export function useSampling() {
  const sampling = useSetting('sampling')

  function write(name: SamplingName, value: number | null): void {
    const next: SamplingOptions = { ...sampling.value, [name]: value ?? officialSampling[name] }
    const kept = Object.entries(next).filter(
      ([key, set]) => !(key in officialSampling && set === officialSampling[name] && key === name),
    )
    sampling.value = Object.fromEntries(kept)
  }

  return {
    read: (name: SamplingName): number => sampling.value[name] ?? officialSampling[name],
    write,
    isOfficial: computed(() => Object.keys(sampling.value).length === 0),
    reset: () => (sampling.value = {}),
  }
}
