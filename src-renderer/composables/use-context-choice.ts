import { computed, shallowRef } from 'vue'
import { AppError } from '@shared/errors.ts'
import type { FullChoice } from '../stores/conversation.ts'

/** What may find the context full; it is run again with the person's choice. */
export type FullTask = (choice: FullChoice) => Promise<void>

/** Asks before the model forgets the beginning of a chat. */
export function useContextChoice() {
  const waiting = shallowRef<FullTask | null>(null)
  const isAsking = computed({
    get: () => waiting.value !== null,
    set: (isOpen) => {
      if (!isOpen) waiting.value = null
    },
  })

  async function run(task: FullTask): Promise<void> {
    try {
      await task({})
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'chat.context_full') throw error
      waiting.value = task
    }
  }

  async function forget(): Promise<void> {
    const task = waiting.value
    waiting.value = null
    await task?.({ contextFull: 'forget_oldest' })
  }

  return { isAsking, run, forget }
}
