import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { EvalPlan, EvalState } from '@shared/eval.ts'
import type { ExportedFile } from '@shared/transfer.ts'
import { useBridge } from '../bridge/bridge.ts'

/** What is asked for until a person has chosen; no model has such an id. */
const emptyPlan: Omit<EvalPlan, 'modelId'> = {
  path: '',
  results: null,
  method: 'reason',
  shots: 0,
  examples: null,
  limit: null,
  windowTokens: 512,
  againstId: null,
}

/** How good a model is: what is asked for, the run that goes on, and what came of the last. */
export const useEvalStore = defineStore('eval', () => {
  const bridge = useBridge()
  const state = shallowRef<EvalState>({ type: 'none' })
  /** What the form holds; it stays when the page is left. */
  const plan = ref<Omit<EvalPlan, 'modelId'> & { modelId: EvalPlan['modelId'] | null }>({
    ...emptyPlan,
    modelId: null,
  })
  const hasRead = ref(false)

  bridge.on('eval.changed', (changed) => (state.value = changed.state))

  /** Reads how things stand, and fills the form with what was asked for last. */
  async function load(): Promise<void> {
    const read = await bridge.request('eval.read', {})
    state.value = read.state
    if (!hasRead.value && read.plan !== null) plan.value = read.plan
    hasRead.value = true
  }

  bridge.onReconnected(() => void load())

  async function start(asked: EvalPlan): Promise<void> {
    await bridge.request('eval.start', { plan: asked })
  }

  async function stop(): Promise<void> {
    await bridge.request('eval.stop', {})
  }

  async function exported(as: 'csv' | 'page'): Promise<ExportedFile> {
    return bridge.request('eval.export', { as })
  }

  /** Shows the results in the system's file manager. */
  async function reveal(): Promise<void> {
    await bridge.request('host.reveal_results', {})
  }

  /** Opens the report as the system does. */
  async function openReport(): Promise<void> {
    await bridge.request('host.open_report', {})
  }

  return { state, plan, hasRead, load, start, stop, exported, reveal, openReport }
})
