import { useI18n } from 'vue-i18n'
import { useToastsStore } from '../stores/toasts.ts'

/** Gives the sentence of an error in the language of the app, or null for an error without one. */
export function useErrorText() {
  const i18n = useI18n()
  return (code: string): string | null => {
    const key = `errors.${code}`
    return i18n.te(key) ? i18n.t(key) : null
  }
}

/** Runs what a person asked for; when that fails, a toast says why and what to do. */
export function useAttempt() {
  const toasts = useToastsStore()
  const errorText = useErrorText()
  return async (task: () => Promise<unknown>): Promise<void> => {
    try {
      await task()
    } catch (error) {
      toasts.showError(error, errorText)
    }
  }
}
