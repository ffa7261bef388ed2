import { useDebounceFn } from '@vueuse/core'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { Placement } from '@shared/engine-api.ts'
import { AppError } from '@shared/errors.ts'
import type { FitReport, ModelSubject } from '@shared/fit.ts'
import { useDevicesStore } from '../stores/devices.ts'
import { useEngineStore } from '../stores/engine.ts'
import { useModelsStore } from '../stores/models.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useErrorText } from './use-attempt.ts'

/** A slider that moves asks once it rests for this long. */
const pauseMs = 150

/**
 * Whether a model fits, asked again when the placement, the settings or the devices change. The
 * answer to the last question counts, whatever order they come in.
 */
export function useModelFit(
  subject: () => ModelSubject | null,
  placement: () => Placement = () => ({}),
  onReport: (report: FitReport) => void = () => undefined,
) {
  const models = useModelsStore()
  const engine = useEngineStore()
  const devices = useDevicesStore()
  const settings = useSettingsStore()
  const errorText = useErrorText()
  const report = shallowRef<FitReport | null>(null)
  /** Why nothing can be said; null while something can, or may soon. */
  const failure = shallowRef<string | null>(null)
  let lastQuestion = 0

  const question = computed(() => {
    const { contextLength, cacheType, backend, gpuLayers, tensorSplit, rpcServers } =
      settings.settings
    return JSON.stringify([
      subject(),
      placement(),
      [contextLength, cacheType, backend, gpuLayers, tensorSplit, rpcServers],
      devices.report?.probedAtMs,
      engine.state.type === 'ready',
    ])
  })

  async function ask(): Promise<void> {
    const about = subject()
    const number = (lastQuestion += 1)
    if (about === null) return
    try {
      const answer = await models.fit(about, placement())
      if (number !== lastQuestion) return
      report.value = answer
      failure.value = null
      onReport(answer)
    } catch (error) {
      if (number !== lastQuestion) return
      if (!(error instanceof AppError)) throw error
      report.value = null
      failure.value = errorText(error)
    }
  }

  const askSoon = useDebounceFn(ask, pauseMs)
  watch(question, () => void askSoon())
  onScopeDispose(() => (lastQuestion += 1))
  void ask()

  return { report, failure }
}
