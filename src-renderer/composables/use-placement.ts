import { computed, ref } from 'vue'
import type { Placement } from '@shared/engine-api.ts'
import type { InstalledModel } from '@shared/models.ts'
import { useDevicesStore } from '../stores/devices.ts'
import { useModelsStore } from '../stores/models.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useAttempt } from './use-attempt.ts'

/** Where the slider of the context begins. */
export const shortestContext = 2048

/** A placement to try: begins with what is set, changes nothing until it is written. */
export function usePlacement(model: InstalledModel) {
  const devices = useDevicesStore()
  const models = useModelsStore()
  const settings = useSettingsStore()
  const attempt = useAttempt()

  const longestContext = model.description?.contextLength ?? shortestContext
  const layerCount = model.description?.layerCount ?? 0
  const set = settings.settings
  const contextLength = ref(
    Math.max(shortestContext, Math.min(set.contextLength ?? longestContext, longestContext)),
  )
  const cacheType = ref(set.cacheType)
  /** Null puts as many there as fit. */
  const gpuLayers = ref(set.gpuLayers)
  const hasGpu = computed(() => devices.chosenGpus.length > 0)

  const placement = computed<Placement>(() => ({
    contextLength: contextLength.value,
    cacheType: cacheType.value,
    ...(hasGpu.value && gpuLayers.value !== null ? { gpuLayers: gpuLayers.value } : {}),
  }))

  /** Writes the settings and, when told so, loads the model with them. Whether that went well. */
  async function take(isLoading: boolean): Promise<boolean> {
    let isDone = false
    await attempt(async () => {
      await settings.write({
        contextLength: contextLength.value,
        cacheType: cacheType.value,
        ...(hasGpu.value ? { gpuLayers: gpuLayers.value } : {}),
      })
      if (isLoading) await models.load(model.id)
      isDone = true
    })
    return isDone
  }

  return {
    contextLength,
    cacheType,
    gpuLayers,
    hasGpu,
    longestContext,
    layerCount,
    placement,
    take,
  }
}
