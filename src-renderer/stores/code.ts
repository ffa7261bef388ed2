import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import {
  type CodeFinish,
  type CodePage,
  emptyCodePage,
  officialCodeSampling,
} from '@shared/code.ts'
import type { AppFailure } from '@shared/errors.ts'
import { type CompletionId, newCompletionId } from '@shared/ids.ts'
import { useBridge } from '../bridge/bridge.ts'

const showAfterMs = 60

/** How the last completion ended. */
export interface CodeEnding {
  finish: CodeFinish
  generatedTokens: number
  failure: AppFailure | null
}

/** The page of code, and what the model writes for it. */
export const useCodeStore = defineStore('code', () => {
  const bridge = useBridge()
  const page = shallowRef<CodePage>(emptyCodePage)
  const hasRead = ref(false)
  /** What is written and not yet taken. */
  const written = ref('')
  const running = ref<CompletionId | null>(null)
  const ending = shallowRef<CodeEnding | null>(null)
  const isWriting = computed(() => running.value !== null)

  // Text comes faster than an editor draws it, so it is shown a few times a second.
  let arrived = ''
  let showing: ReturnType<typeof setTimeout> | undefined
  function show(): void {
    written.value += arrived
    forgetArrived()
  }
  function forgetArrived(): void {
    clearTimeout(showing)
    showing = undefined
    arrived = ''
  }

  bridge.on('code.delta', ({ completionId, text }) => {
    if (completionId !== running.value) return
    arrived += text
    showing ??= setTimeout(show, showAfterMs)
  })
  bridge.on('code.finished', ({ completionId, ...end }) => {
    if (completionId !== running.value) return
    show()
    running.value = null
    ending.value = end
  })

  /** Reads the page once; later it is known here. */
  async function read(): Promise<void> {
    if (hasRead.value) return
    page.value = await bridge.request('code.read_page', {})
    hasRead.value = true
  }

  async function save(): Promise<void> {
    await bridge.request('code.write_page', { page: page.value })
  }

  /** Writes on behind a text, in place of what was being written. */
  async function complete(before: string): Promise<void> {
    await leave()
    const completionId = newCompletionId()
    running.value = completionId
    ending.value = null
    const { language, stop, maxNewTokens, temperature } = page.value
    const sampling = { ...officialCodeSampling, maxNewTokens, temperature }
    try {
      await bridge.request('code.complete', { completionId, language, before, stop, sampling })
    } catch (error) {
      running.value = null
      throw error
    }
  }

  /** Stops writing and keeps what is written. */
  async function stop(): Promise<void> {
    if (running.value !== null) await bridge.request('code.cancel', { completionId: running.value })
  }

  /** Forgets what is written, and writes no more of it. */
  async function leave(): Promise<void> {
    const completionId = running.value
    running.value = null
    forgetArrived()
    written.value = ''
    ending.value = null
    if (completionId !== null) await bridge.request('code.cancel', { completionId })
  }

  return { page, hasRead, written, isWriting, ending, read, save, complete, stop, leave }
})
