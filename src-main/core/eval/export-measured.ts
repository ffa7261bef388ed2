import { reportAsCsv } from './eval-report.ts'
import type { Measured } from './open-measuring.ts'
import { textReportAsCsv } from './text/text-table.ts'

/** The figures as a table. */
export const measuredAsCsv = (measured: Measured): string =>
  measured.type === 'text' ? textReportAsCsv(measured.report) : reportAsCsv(measured.report)

/** The figures as a page with plots. What draws them is read when it is first needed. */
export async function measuredAsPage(measured: Measured, writtenAt: Date): Promise<string> {
  if (measured.type === 'text') {
    const { textPage } = await import('./report/text-page.ts')
    return textPage({ ...measured.run, report: measured.report, writtenAt })
  }
  const { reportPage } = await import('./report/report-page.ts')
  return reportPage({ ...measured.run, report: measured.report, writtenAt })
}
