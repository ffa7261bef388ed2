import type { Element } from 'hast'
import { h } from 'hastscript'
import type { TextReport } from '../../../shared/eval-report.ts'
import { percent } from '../accuracy.ts'
import { perplexityOf, quantileOf } from '../text/text-report.ts'
import type { TextSettings, WindowScore } from '../text/window-score.ts'
import { linePlot } from './line-plot.ts'
import { pageFrame, tableHead } from './page-frame.ts'

export interface TextFacts {
  settings: TextSettings
  windows: WindowScore[]
  report: TextReport
  writtenAt: Date
}

/** More points than that are no finer to the eye. */
const mostPoints = 400

function alongTheText({ settings, windows }: TextFacts): Element {
  const ordered = windows.toSorted((a, b) => Number(a.id) - Number(b.id))
  const step = Math.ceil(ordered.length / mostPoints)
  const groups = Array.from({ length: Math.ceil(ordered.length / step) }, (_, index) => ({
    x: index * step + 1,
    group: ordered.slice(index * step, (index + 1) * step),
  }))
  const points = (logprobs: (window: WindowScore) => number[]) =>
    groups.map(({ x, group }) => ({ x, y: perplexityOf(group.flatMap(logprobs)).perplexity }))
  const reference = points((window) => window.divergences.map((one) => one.referenceLogprob))
  return linePlot({
    title: 'Perplexity along the text',
    xLabel: 'Window',
    series: [
      { name: settings.model, className: 'share', points: points((window) => window.logprobs) },
      ...(settings.reference === null
        ? []
        : [{ name: settings.reference, className: 'published', points: reference }]),
    ],
  })
}

function divergencePlot({ windows, settings }: TextFacts): Element {
  const nats = windows.flatMap(({ divergences }) => divergences.map((one) => one.nats))
  const ordered = nats.toSorted((a, b) => a - b)
  return linePlot({
    title: 'Divergence by its rank among all tokens',
    xLabel: 'Share of the tokens that diverge by less, in percent',
    isLogarithmic: true,
    series: [
      {
        name: `${settings.model}, nats`,
        className: 'share',
        points: Array.from({ length: 201 }, (_, index) => ({
          x: index / 2,
          y: quantileOf(ordered, index / 200),
        })),
      },
    ],
  })
}

function figures({ measured, tokens, divergence }: TextReport): Element {
  const rows: [string, string][] = [
    ['Tokens that counted', String(tokens)],
    ['Perplexity', measured.perplexity.toFixed(4)],
    ['From (95%)', measured.low.toFixed(4)],
    ['To (95%)', measured.high.toFixed(4)],
  ]
  if (divergence !== null) {
    const { reference, mean, standardError, median, p90, p99, most, sameChoice } = divergence
    const { share, low, high } = sameChoice
    rows.push(
      ['Perplexity of the reference', reference.perplexity.toFixed(4)],
      ['Divergence, mean', `${mean.toFixed(6)} ± ${standardError.toFixed(6)} nats`],
      ['Divergence, median', `${median.toFixed(6)} nats`],
      ['Divergence, 90% are below', `${p90.toFixed(6)} nats`],
      ['Divergence, 99% are below', `${p99.toFixed(6)} nats`],
      ['Divergence, most', `${most.toFixed(6)} nats`],
      ['Same likeliest token', `${percent(share, 2)} (${percent(low, 2)} to ${percent(high, 2)})`],
    )
  }
  const cells = rows.map(([name, value]) =>
    h('tr', [h('th', { scope: 'row' }, name), h('td', value)]),
  )
  return h('table', [tableHead(['Figure', 'Value']), h('tbody', cells)])
}

function summary({ settings, report }: TextFacts): string {
  const { perplexity } = report.measured
  const own = `The perplexity of this text is ${perplexity.toFixed(3)}: lower means better foretold.`
  if (report.divergence === null) return own
  const { mean, sameChoice } = report.divergence
  const reference = settings.reference ?? ''
  return `${own} It diverges from ${reference} by ${mean.toFixed(5)} nats a token, and holds the same token for the likeliest in ${percent(sameChoice.share)} of all places.`
}

/** A report on a text, with plots. */
export function textPage(facts: TextFacts): string {
  const { settings, report, writtenAt } = facts
  const { window, text } = settings
  return pageFrame(`${settings.model}, a text`, [
    h('p', summary(facts)),
    h(
      'p',
      { className: 'soft' },
      `Read in windows of ${window} tokens that overlap by half. Written on ${writtenAt.toISOString().slice(0, 10)}. SHA-256 of the text: ${text}.`,
    ),
    h('h2', 'Perplexity along the text'),
    h('figure', alongTheText(facts)),
    ...(report.divergence === null
      ? []
      : [h('h2', 'Divergence'), h('figure', divergencePlot(facts))]),
    h('h2', 'Figures'),
    figures(report),
    h(
      'p',
      { className: 'soft' },
      'Perplexities compare models that have the same tokens, on the same text, in windows of the same size. The bounds take tokens as independent of each other.',
    ),
  ])
}
