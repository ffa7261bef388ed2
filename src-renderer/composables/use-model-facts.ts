import { useI18n } from 'vue-i18n'
import type { ModelDescription, ModelFamily } from '@shared/engine-api.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { memoryNeedBytes } from './memory-need.ts'
import { useFormat } from './use-format.ts'

/** As the authors write them. */
const familyNames: Record<ModelFamily, string> = {
  chatglm2: 'ChatGLM2',
  chatglm3: 'ChatGLM3',
  codegeex2: 'CodeGeeX2',
}

/** Weights as people call them; other types keep the engine's name. */
const weightNames: Record<string, string> = {
  int4: 'INT4',
  int8: 'INT8',
  q4_0: 'INT4 (Q4_0)',
  q8_0: 'INT8 (Q8_0)',
  q4_k_m: 'Q4_K_M',
  f16: 'FP16',
  bf16: 'BF16',
  f32: 'FP32',
}

/** What is said of a model in a few words. */
export function useModelFacts() {
  const format = useFormat()
  const settings = useSettingsStore()
  const { t } = useI18n()

  return (description: ModelDescription): { name: string; value: string }[] => {
    const { family, weightType, sizeBytes, parameterCount, contextLength } = description
    const usedLength = Math.min(settings.settings.contextLength ?? contextLength, contextLength)
    return [
      { name: t('models.facts.family'), value: familyNames[family] },
      { name: t('models.facts.weights'), value: weightNames[weightType] ?? weightType },
      { name: t('models.facts.size'), value: format.size(sizeBytes) },
      { name: t('models.facts.parameters'), value: format.compact(parameterCount) },
      {
        name: t('models.facts.context'),
        value: t('models.tokens', { count: format.count(contextLength) }),
      },
      {
        name: t('models.facts.memory'),
        value: t('models.about', {
          amount: format.memory(memoryNeedBytes(description, usedLength)),
        }),
      },
    ]
  }
}
