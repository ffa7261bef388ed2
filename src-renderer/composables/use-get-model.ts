import { computed, ref } from 'vue'
import type { CatalogueModel } from '@shared/catalogue.ts'
import type { ConvertType } from '@shared/engine-api.ts'
import { useCatalogueStore } from '../stores/catalogue.ts'
import { useDownloadsStore } from '../stores/downloads.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { useAttempt } from './use-attempt.ts'

/**
 * The way from a model of the catalogue to its download: the licence, unless it was accepted
 * before, then what the model is to become. The one button of the last step starts everything.
 */
export function useGetModel(model: CatalogueModel, preferred?: ConvertType) {
  const catalogue = useCatalogueStore()
  const downloads = useDownloadsStore()
  const settings = useSettingsStore()
  const attempt = useAttempt()

  const isBusy = ref(false)
  const licence = computed(() => catalogue.licence(model.licenceId))
  const step = computed(() => (catalogue.isAccepted(model.licenceId) ? 'choice' : 'licence'))
  const isOffered = (type: ConvertType | undefined): boolean =>
    model.results.some((result) => result.type === type)
  const convertTo = ref<ConvertType>(
    preferred !== undefined && isOffered(preferred)
      ? preferred
      : (model.results[0]?.type ?? 'source'),
  )
  const keepSource = ref(settings.settings.keepSource)

  async function run(task: () => Promise<void>): Promise<boolean> {
    let isDone = false
    isBusy.value = true
    await attempt(async () => {
      await task()
      isDone = true
    })
    isBusy.value = false
    return isDone
  }

  const accept = (): Promise<boolean> => run(() => catalogue.accept(model.licenceId))

  /** Whether it was started; if not, a toast has said why. */
  const start = (): Promise<boolean> =>
    run(() =>
      downloads.start({
        catalogueId: model.id,
        convertTo: convertTo.value,
        keepSource: keepSource.value,
      }),
    )

  return { step, licence, convertTo, keepSource, isBusy, accept, start }
}
