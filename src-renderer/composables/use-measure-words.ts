import { useI18n } from 'vue-i18n'
import type { EvalProgress } from '@shared/eval.ts'
import type { Accuracy, Perplexity } from '@shared/eval-report.ts'
import { useEvalStore } from '../stores/eval.ts'
import { useFormat } from './use-format.ts'

/** Figures of measuring as people read them. */
export function useMeasureWords() {
  const { t, locale } = useI18n()
  const { count, timeLeft } = useFormat()
  const evaluation = useEvalStore()

  const decimal = (value: number, digits: number): string =>
    new Intl.NumberFormat(locale.value, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value)
  /** With one digit behind the point. */
  const share = (value: number): string => t('measure.percent', { value: decimal(value * 100, 1) })
  const bounds = (low: string, high: string): string => t('measure.bounds', { low, high })
  const accuracy = ({ low, high }: Accuracy): string => bounds(share(low), share(high))
  const perplexity = ({ low, high }: Perplexity): string =>
    bounds(decimal(low, 3), decimal(high, 3))
  const nats = (value: number): string => t('measure.nats', { value: decimal(value, 5) })

  /** What is done, the figure so far and the time that is left. */
  function progressWords({ done, total, soFar, timeLeftMs, kind }: EvalProgress): string {
    const figure = (value: number) =>
      kind === 'text'
        ? t('measure.perplexity_so_far', { value: decimal(value, 3) })
        : t('measure.right_so_far', { share: share(value) })
    const isOver = evaluation.state.type !== 'running'
    return [
      t(`measure.done_${kind}`, { done: count(done), total: count(total) }),
      ...(soFar === null ? [] : [figure(soFar)]),
      ...(timeLeftMs === null || isOver ? [] : [timeLeft(timeLeftMs)]),
    ].join(' · ')
  }

  return { decimal, share, accuracy, perplexity, nats, progressWords }
}
