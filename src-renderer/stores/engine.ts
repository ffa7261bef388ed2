import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { EngineState } from '@shared/engine-state.ts'
import { useBridge } from '../bridge/bridge.ts'

/** What the engine process is doing. */
export const useEngineStore = defineStore('engine', () => {
  const bridge = useBridge()
  const state = shallowRef<EngineState>({ type: 'stopped' })

  function take(read: EngineState): void {
    state.value = read
  }

  async function restart(): Promise<void> {
    await bridge.request('engine.restart', {})
  }

  /** The last lines of the engine's log. */
  async function readLog(): Promise<string[]> {
    return (await bridge.request('engine.log', {})).lines
  }

  bridge.on('engine.changed', (changed) => take(changed.state))
  return { state, take, restart, readLog }
})
