import type { Element } from 'hast'
import { h } from 'hastscript'
import type { ChoiceMethod, EvalReport, SubjectAccuracy } from '../../../shared/eval-report.ts'
import { percent } from '../accuracy.ts'
import { publishedFigures, reportRows, setNames } from '../eval-report.ts'
import type { EvalSettings } from '../eval-result.ts'
import { pageFrame, tableHead } from './page-frame.ts'
import { reportPlot } from './report-plot.ts'

export interface ReportFacts {
  settings: EvalSettings
  report: EvalReport
  /** Questions that could not be asked, which do not count. */
  unanswered: number
  writtenAt: Date
}

const methods: Record<ChoiceMethod, string> = {
  reason: 'the model writes what it thinks before it answers',
  letter: 'the model chooses a letter at once',
}

function facts({ settings, unanswered, writtenAt }: ReportFacts): string {
  const { shots, method } = settings
  const examples =
    shots === 0 ? 'Without solved examples' : `With ${shots} solved examples before each question`
  const left = unanswered > 0 ? ` Could not be asked, and not counted: ${unanswered}.` : ''
  return `${examples}; ${methods[method]}. Written on ${writtenAt.toISOString().slice(0, 10)}.${left}`
}

function tableRow({ subject, ...found }: SubjectAccuracy, isAll: boolean): Element {
  const { count, correct, share, low, high } = found
  const cells = [String(count), String(correct), percent(share), percent(low), percent(high)]
  return h('tr', isAll ? { className: 'all' } : {}, [
    h('th', { scope: 'row' }, subject),
    ...cells.map((cell) => h('td', cell)),
  ])
}

function table(rows: SubjectAccuracy[]): Element {
  const names = ['Subject', 'Questions', 'Right', 'Share', 'From (95%)', 'To (95%)']
  return h('table', [
    tableHead(names),
    h(
      'tbody',
      rows.map((row, index) => tableRow(row, index === 0)),
    ),
  ])
}

function comparison({ settings, report }: ReportFacts): Element {
  const { low, high } = report.all
  const where = (share: number): string => {
    if (share < low) return 'below the bounds: this run did better'
    return share > high ? 'above the bounds: this run did worse' : 'within the bounds of this run'
  }
  const rows = publishedFigures[settings.form].map(({ name, percent: published }) =>
    h('tr', [
      h('th', { scope: 'row' }, name),
      h('td', `${published}%`),
      h('td', where(published / 100)),
    ]),
  )
  return h('table', [tableHead(['Published', 'Share', 'Where it lies']), h('tbody', rows)])
}

/** A report on the questions of a set. */
export function reportPage(given: ReportFacts): string {
  const { settings, report } = given
  const rows = reportRows(report)
  const { count, correct, share, low, high } = report.all
  const title = `${settings.model}, ${setNames[settings.form]}`
  return pageFrame(title, [
    h(
      'p',
      `${correct} of ${count} questions were answered rightly: ${percent(share)}. With a likelihood of 95%, the true share lies between ${percent(low)} and ${percent(high)}.`,
    ),
    h('p', { className: 'soft' }, facts(given)),
    h('h2', 'Shares'),
    h('figure', reportPlot(rows, publishedFigures[settings.form])),
    h('h2', 'Figures'),
    table(rows),
    h('h2', 'Beside what the authors published'),
    comparison(given),
    h(
      'p',
      { className: 'soft' },
      'The authors measured the whole set. Of other questions, or asked in another way, the same model may do better or worse.',
    ),
  ])
}
