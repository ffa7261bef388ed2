import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { DeviceReport } from '@shared/devices.ts'
import type { Device } from '@shared/engine-api.ts'
import type { TaskProgress } from '@shared/models.ts'
import { useBridge } from '../bridge/bridge.ts'

/** What this computer can compute on. */
export const useDevicesStore = defineStore('devices', () => {
  const bridge = useBridge()
  /** Null until it has been read. */
  const report = shallowRef<DeviceReport | null>(null)
  /** How far the CUDA pack is; null while none is being installed. */
  const installing = shallowRef<TaskProgress | null>(null)

  const devices = computed<Device[]>(() =>
    (report.value?.backends ?? []).flatMap(({ state }) =>
      state.type === 'usable' ? state.devices : [],
    ),
  )
  /** What takes layers now: the devices of the chosen backend, unless that is the CPU. */
  const chosenGpus = computed<Device[]>(() => {
    const chosen = report.value?.backends.find(({ backend }) => backend === report.value?.chosen)
    if (!chosen || chosen.backend === 'cpu' || chosen.state.type !== 'usable') return []
    return chosen.state.devices
  })

  async function read(): Promise<void> {
    report.value = await bridge.request('device.read', {})
  }

  async function probe(): Promise<void> {
    await bridge.request('device.probe', {})
  }

  async function installCuda(): Promise<void> {
    await bridge.request('device.install_cuda', {})
  }

  bridge.on('devices.changed', (changed) => (report.value = changed.report))
  bridge.on('device.installing', (changed) => (installing.value = changed.progress))
  return { report, installing, devices, chosenGpus, read, probe, installCuda }
})
