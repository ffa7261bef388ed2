import { storeToRefs } from 'pinia'
import { computed } from 'vue'
import { type EvalPlan, isText } from '@shared/eval.ts'
import type { ModelId } from '@shared/ids.ts'
import { useEvalStore } from '../stores/eval.ts'
import { useModelsStore } from '../stores/models.ts'

/** Files of GSM8K and BIG-Bench Hard have no letters to choose. */
export const hasLetters = (path: string): boolean => !/\.jsonl?$/i.test(path.trim())

/** What the form of the page for measuring holds, and what of it can be started. */
export function useMeasurePlan() {
  const { plan } = storeToRefs(useEvalStore())
  const models = useModelsStore()

  const modelOptions = computed(() =>
    models.models.map(({ id, name }) => ({ value: id, label: name })),
  )
  const isKnown = (id: ModelId | null) => models.models.some((model) => model.id === id)

  /** The chosen model; the loaded one until there is a choice that still counts. */
  const modelId = computed<ModelId | null>({
    get: () =>
      isKnown(plan.value.modelId)
        ? plan.value.modelId
        : (models.current?.id ?? models.models[0]?.id ?? null),
    set: (id) => (plan.value.modelId = id),
  })

  /** Null while something is missing. */
  const ready = computed<EvalPlan | null>(() => {
    const { method, againstId, examples, ...rest } = plan.value
    const path = rest.path.trim()
    if (modelId.value === null || path === '') return null
    if (!isText(path) && rest.shots > 0 && (examples ?? '').trim() === '') return null
    return {
      ...rest,
      ...{ path, modelId: modelId.value, examples: examples?.trim() ?? null },
      results: rest.results?.trim() ?? null,
      method: hasLetters(path) ? method : 'reason',
      againstId: isKnown(againstId) ? againstId : null,
    }
  })

  return { plan, modelId, modelOptions, ready }
}
