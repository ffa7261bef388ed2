import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { ApiLogEntry, ApiState } from '@shared/api.ts'
import { useBridge } from '../bridge/bridge.ts'

const mostEntries = 500

/** The API for other programs: how it stands, its token, and what was asked lately. */
export const useApiStore = defineStore('api', () => {
  const bridge = useBridge()
  const state = shallowRef<ApiState>({ type: 'off' })
  const token = ref('')
  /** The newest first. */
  const requests = shallowRef<ApiLogEntry[]>([])

  bridge.on('api.changed', (changed) => (state.value = changed.state))
  bridge.on('api.requested', ({ entry }) => {
    requests.value = [entry, ...requests.value.slice(0, mostEntries - 1)]
  })

  async function load(): Promise<void> {
    const report = await bridge.request('api.read', {})
    state.value = report.state
    token.value = report.token
    requests.value = report.requests
  }

  async function renewToken(): Promise<void> {
    token.value = (await bridge.request('api.renew_token', {})).token
  }

  async function forgetRequests(): Promise<void> {
    await bridge.request('api.forget_requests', {})
    requests.value = []
  }

  return { state, token, requests, load, renewToken, forgetRequests }
})
