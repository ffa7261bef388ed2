import { useI18n } from 'vue-i18n'
import type { BenchmarkReport } from '@shared/benchmark.ts'
import { useFormat } from './use-format.ts'
import { weightFullName } from './weight-names.ts'

/** The figures of a self-benchmark, with their names. */
export function useBenchmarkWords() {
  const format = useFormat()
  const { t, locale } = useI18n()

  const decimal = (value: number): string =>
    new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }).format(value)
  const speed = (value: number): string => t('tools.tokens_per_second', { count: decimal(value) })

  return (report: BenchmarkReport): { name: string; value: string }[] => [
    {
      name: t('tools.rows.model'),
      value: `${report.modelName} · ${weightFullName(report.weightType)}`,
    },
    {
      name: t('tools.rows.device'),
      value: t('tools.device', { backend: report.backend, threads: report.threads }),
    },
    { name: t('tools.rows.generation'), value: speed(report.tokensPerSecond) },
    {
      name: t('tools.rows.prompt', { tokens: format.count(report.promptTokens) }),
      value: speed(report.promptTokensPerSecond),
    },
    { name: t('tools.rows.memory'), value: `${format.size(report.memoryBytesPerSecond)}/s` },
    { name: t('tools.rows.share'), value: format.percent(report.bandwidthShare) },
    ...(report.bareTokensPerSecond === null
      ? []
      : [{ name: t('tools.rows.bare'), value: speed(report.bareTokensPerSecond) }]),
  ]
}
