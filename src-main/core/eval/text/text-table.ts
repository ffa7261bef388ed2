import { stringify } from 'csv-stringify/sync'
import type { TextReport } from '../../../shared/eval-report.ts'

/** The figures of a report, one a row. */
export function textReportAsCsv({ tokens, measured, divergence }: TextReport): string {
  const rows: [string, number][] = [
    ['tokens', tokens],
    ['perplexity', measured.perplexity],
    ['perplexity_low', measured.low],
    ['perplexity_high', measured.high],
    ['nats_mean', measured.mean],
    ['nats_standard_error', measured.standardError],
  ]
  if (divergence !== null) {
    const { reference, sameChoice, mean, standardError, median, p90, p99, most } = divergence
    rows.push(
      ['reference_perplexity', reference.perplexity],
      ['divergence_mean', mean],
      ['divergence_standard_error', standardError],
      ['divergence_median', median],
      ['divergence_p90', p90],
      ['divergence_p99', p99],
      ['divergence_most', most],
      ['same_choice', sameChoice.share],
      ['same_choice_low', sameChoice.low],
      ['same_choice_high', sameChoice.high],
    )
  }
  return stringify(rows, { header: true, columns: ['figure', 'value'] })
}
