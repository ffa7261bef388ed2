import { useI18n } from 'vue-i18n'
import type { AppFailure } from '@shared/errors.ts'
import { useToastsStore } from '../stores/toasts.ts'

/** The last part of a path, whatever system it is of: what a person knows a file by. */
const nameOf = (path: string): string => path.split(/[\\/]/).findLast((part) => part !== '') ?? path

/** Gives the sentence of a failure in the language of the app, or its own where there is none. */
export function useErrorText() {
  const i18n = useI18n()
  return ({ code, message, fileProblem, words }: AppFailure): string => {
    if (fileProblem) {
      const { problem, file, detail } = fileProblem
      const key = `errors.files.${problem || code.replace('engine.', '')}`
      if (i18n.te(key)) return i18n.t(key, { file: nameOf(file), detail })
    }
    const key = `errors.${code}`
    if (!i18n.te(key)) return message
    return words ? `${i18n.t(key)} ${words}` : i18n.t(key)
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
