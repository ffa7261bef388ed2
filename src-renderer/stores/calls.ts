import { defineStore } from 'pinia'
import type { ToolCall } from '@shared/tools.ts'
import { useBridge } from '../bridge/bridge.ts'

/** Runs the app's own tools for calls that a model has written. */
export const useCallsStore = defineStore('calls', () => {
  const bridge = useBridge()

  async function run(call: ToolCall): Promise<string> {
    return (await bridge.request('tool.run', call)).result
  }

  return { run }
})
