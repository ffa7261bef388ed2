import { useI18n } from 'vue-i18n'
import type { InstalledModel } from '@shared/models.ts'
import { familyNames } from './use-catalogue-words.ts'
import { useFormat } from './use-format.ts'
import { weightClass, weightFullName } from './weight-names.ts'

/** What is said of a model in a few words. */
export function useModelFacts() {
  const format = useFormat()
  const { t } = useI18n()

  return ({ description, diskBytes }: InstalledModel): { name: string; value: string }[] => {
    if (description === null) return []
    const { family, weightType, sizeBytes, parameterCount, contextLength } = description
    return [
      { name: t('models.facts.family'), value: familyNames[family] },
      { name: t('models.facts.weights'), value: weightFullName(weightType) },
      { name: t('models.facts.parameters'), value: format.compact(parameterCount) },
      { name: t('models.facts.size'), value: format.size(Math.max(diskBytes, sizeBytes)) },
      {
        name: t('models.facts.context'),
        value: t('models.tokens', { count: format.count(contextLength) }),
      },
    ]
  }
}

/** What to expect of weights of a type, in plain words; null for types of other programs. */
export function useExpectation() {
  const { t } = useI18n()
  return (weightType: string): string | null => {
    const known = weightClass(weightType)
    return known === null ? null : t(`models.expect.${known}`)
  }
}
