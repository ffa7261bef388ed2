import { useI18n } from 'vue-i18n'
import type { Backend, BackendReport } from '@shared/devices.ts'
import type { Device } from '@shared/engine-api.ts'
import { useFormat } from './use-format.ts'

/** What is said of the kinds of devices. */
export function useBackendWords() {
  const format = useFormat()
  const { t } = useI18n()

  const name = (backend: Backend): string => t(`hardware.backends.${backend}`)

  /** How a backend stands, in one sentence. */
  function text({ backend, state }: BackendReport): string {
    switch (state.type) {
      case 'absent':
        return t(backend === 'cuda' ? 'hardware.absent_cuda' : 'hardware.absent')
      case 'unusable':
        return t('hardware.unusable', { reason: state.reason })
      case 'failed_test':
        return t('hardware.failed_test', { reason: state.reason })
      case 'usable':
        return [
          ...state.devices.map(deviceText),
          ...(state.off ?? []).map((server) => t('hardware.server_off', { ...server })),
        ].join(' · ')
    }
  }

  function deviceText({ description, name: device, memoryTotalBytes }: Device): string {
    const shown = description || device
    if (memoryTotalBytes <= 0) return shown
    return t('hardware.device', { name: shown, memory: format.memory(memoryTotalBytes) })
  }

  return { name, text }
}
