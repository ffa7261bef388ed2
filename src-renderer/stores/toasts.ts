import { defineStore } from 'pinia'
import { ref } from 'vue'
import { AppError, type AppFailure } from '@shared/errors.ts'

/** A short message at the edge of the window, with at most one thing to do. */
export interface Toast {
  id: number
  kind: 'info' | 'error'
  text: string
  action?: { label: string; run: () => void }
  /** Called once when the message goes and its action was not taken. */
  onUnused?: () => void
}

/** How long a destructive action can be undone. */
export const undoMs = 10_000

export const useToastsStore = defineStore('toasts', () => {
  const toasts = ref<Toast[]>([])
  let lastId = 0

  function show(toast: Omit<Toast, 'id'>): void {
    toasts.value.push({ ...toast, id: (lastId += 1) })
  }

  /** `translate` gives the sentence of a foreseen failure. */
  function showError(error: unknown, translate: (failure: AppFailure) => string): void {
    const unforeseen = error instanceof Error ? error.message : String(error)
    show({ kind: 'error', text: error instanceof AppError ? translate(error) : unforeseen })
  }

  function dismiss(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id)
  }

  return { toasts, show, showError, dismiss }
})
