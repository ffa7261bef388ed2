import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Message } from '@shared/chat.ts'
import type { SamplingOptions } from '@shared/engine-api.ts'
import { useAdapterName } from '../../composables/use-adapter-choice.ts'

interface Fact {
  label: string
  value: string
}

const samplingNames = [
  'temperature',
  'topP',
  'topK',
  'minP',
  'repetitionPenalty',
  'maxLength',
  'maxNewTokens',
] as const satisfies (keyof SamplingOptions)[]

/** What is known about how a reply came to be, in the language that is shown. */
export function useMessageFacts(message: () => Message) {
  const { t, n } = useI18n()
  const adapterName = useAdapterName()
  const speed = (value: number) =>
    t('messages.speed', { speed: n(value, { maximumFractionDigits: 1 }) })
  const seconds = (milliseconds: number) =>
    t('messages.seconds', { seconds: n(milliseconds / 1_000, { maximumFractionDigits: 1 }) })

  const summary = computed(() => {
    const { statistics } = message()
    if (statistics === null || statistics.generatedTokens === 0) return ''
    return `${speed(statistics.tokensPerSecond)} · ${seconds(statistics.timeToFirstTokenMs)}`
  })

  const facts = computed<Fact[]>(() => {
    const { model, adapter, statistics, sampling, seed } = message()
    const list: Fact[] = []
    const add = (name: string, value: string) => list.push({ label: t(`messages.${name}`), value })
    if (model !== null) add('modelName', model)
    if (adapter !== undefined) add('adapterName', adapterName(adapter))
    if (statistics !== null) {
      const { promptTokens, reusedTokens, restoredTokens, promptTokensPerSecond } = statistics
      const counts = { count: n(promptTokens), reused: n(reusedTokens) }
      add('promptTokens', t('messages.promptTokensValue', counts))
      if (restoredTokens > 0) {
        const restored = { count: n(restoredTokens), time: seconds(statistics.restoreMs) }
        add('restoredTokens', t('messages.restoredTokensValue', restored))
      }
      add('generatedTokens', n(statistics.generatedTokens))
      const { draftedTokens = 0, acceptedTokens = 0 } = statistics
      if (draftedTokens > 0) {
        const counts = { accepted: n(acceptedTokens), drafted: n(draftedTokens) }
        add('draftedTokens', t('messages.draftedTokensValue', counts))
      }
      add('writingSpeed', speed(statistics.tokensPerSecond))
      if (promptTokensPerSecond > 0) add('readingSpeed', speed(promptTokensPerSecond))
      add('timeToFirstToken', seconds(statistics.timeToFirstTokenMs))
      if (statistics.kernels !== undefined) add('kernels', statistics.kernels)
    }
    for (const name of samplingNames) {
      const value = sampling?.[name]
      if (value !== undefined) add(name, n(value, { maximumFractionDigits: 3 }))
    }
    const usedSeed = seed ?? statistics?.seed
    if (usedSeed !== undefined) add('seed', String(usedSeed)) // copied and typed, so not grouped
    if (list.length === 0) add('details', t('messages.unknown'))
    return list
  })
  return { summary, facts }
}
