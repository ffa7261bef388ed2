import { FileCheck, FolderOpen, Info, Shapes } from '@lucide/vue'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { InstalledModel } from '@shared/models.ts'
import type { MenuEntry } from '../components/base/menu-entry.ts'
import { useAppStore } from '../stores/app.ts'
import { useCatalogueStore } from '../stores/catalogue.ts'
import { useModelsStore } from '../stores/models.ts'
import { useAttempt } from './use-attempt.ts'

/** What the menu of a model opens or starts on its card. */
interface CardTasks {
  showDetails: () => void
  chooseType: () => void
  verify: () => void
}

/** The menu of a model: what is wanted now and then. */
export function useModelMenu(model: () => InstalledModel, tasks: CardTasks) {
  const app = useAppStore()
  const catalogue = useCatalogueStore()
  const models = useModelsStore()
  const attempt = useAttempt()
  const { t } = useI18n()

  /** The model as it is published, where the app knows it. */
  const published = computed(() => {
    const { catalogueId } = model()
    return catalogueId === null ? null : catalogue.model(catalogueId)
  })
  const canMakeOthers = computed(() => (published.value?.results.length ?? 0) > 1)

  const entries = computed<MenuEntry[]>(() => [
    {
      type: 'item',
      icon: Info,
      label: t('models.details'),
      isDisabled: model().description === null,
      run: tasks.showDetails,
    },
    {
      type: 'item',
      icon: FileCheck,
      label: t('models.verify'),
      isDisabled: model().description === null || models.verifying.has(model().id),
      run: tasks.verify,
    },
    ...(canMakeOthers.value
      ? [{ type: 'item' as const, icon: Shapes, label: t('models.make'), run: tasks.chooseType }]
      : []),
    ...(app.snapshot?.host === 'desktop'
      ? [
          {
            type: 'item' as const,
            icon: FolderOpen,
            label: t('models.reveal'),
            run: () => void attempt(() => models.reveal(model().id)),
          },
        ]
      : []),
  ])

  return { entries, published, canMakeOthers }
}
