import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { BenchmarkReport } from '@shared/benchmark.ts'
import { AppError } from '@shared/errors.ts'
import { useBridge } from '../bridge/bridge.ts'

/** The self-benchmark and the diagnosis. */
export const useToolsStore = defineStore('tools', () => {
  const bridge = useBridge()
  const isMeasuring = ref(false)
  /** The last one of this start. */
  const report = shallowRef<BenchmarkReport | null>(null)

  async function measure(): Promise<void> {
    isMeasuring.value = true
    try {
      report.value = await bridge.request('benchmark.run', {})
    } catch (error) {
      // Whoever stops it need not be told.
      if (!(error instanceof AppError) || error.code !== 'engine.cancelled') throw error
    } finally {
      isMeasuring.value = false
    }
  }

  async function cancel(): Promise<void> {
    await bridge.request('benchmark.cancel', {})
  }

  /** What helps in a report of a problem, without private text. */
  async function diagnosis(): Promise<string> {
    return (await bridge.request('diagnosis.read', {})).text
  }

  return { isMeasuring, report, measure, cancel, diagnosis }
})
