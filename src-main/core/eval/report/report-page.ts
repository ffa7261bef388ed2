import type { Element } from 'hast'
import { toHtml } from 'hast-util-to-html'
import { h } from 'hastscript'
import { percent } from '../accuracy.ts'
import type { ChoiceMethod } from '../answer-choice.ts'
import { type EvalReport, publishedFigures, reportRows, setNames } from '../eval-report.ts'
import type { SubjectAccuracy } from '../eval-report.ts'
import type { EvalSettings } from '../results-file.ts'
import { reportPlot } from './report-plot.ts'
import { reportStyle } from './report-style.ts'

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

/** Nothing may run or be loaded, whatever a subject is called. */
const policy = "default-src 'none'; style-src 'unsafe-inline'"

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

const head = (names: string[]): Element =>
  h('thead', h('tr', [...names.map((name) => h('th', { scope: 'col' }, name))]))

function table(rows: SubjectAccuracy[]): Element {
  const names = ['Subject', 'Questions', 'Right', 'Share', 'From (95%)', 'To (95%)']
  return h('table', [
    head(names),
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
  return h('table', [head(['Published', 'Share', 'Where it lies']), h('tbody', rows)])
}

/**
 * A report as one file that needs nothing else: no script, no font, no network. Models and subjects
 * are called as the user called them, so everything is put in as text.
 */
export function reportPage(given: ReportFacts): string {
  const { settings, report } = given
  const rows = reportRows(report)
  const { count, correct, share, low, high } = report.all
  const title = `${settings.model}, ${setNames[settings.form]}`
  const page = h('html', { lang: 'en' }, [
    h('head', [
      h('meta', { charSet: 'utf-8' }),
      h('meta', { httpEquiv: 'Content-Security-Policy', content: policy }),
      h('meta', { name: 'viewport', content: 'width=device-width' }),
      h('title', title),
      h('style', reportStyle),
    ]),
    h('body', [
      h('h1', title),
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
    ]),
  ])
  return toHtml([{ type: 'doctype' }, page])
}
