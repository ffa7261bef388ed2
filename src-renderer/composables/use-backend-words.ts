import { useI18n } from 'vue-i18n'
import type { Backend, BackendReport } from '@shared/devices.ts'
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
        return state.devices
          .map(({ description, name: device, memoryTotalBytes }) =>
            memoryTotalBytes > 0
              ? t('hardware.device', {
                  name: description || device,
                  memory: format.memory(memoryTotalBytes),
                })
              : description || device,
          )
          .join(' · ')
    }
  }

  return { name, text }
}
