import type { Element } from 'hast'
import { s } from 'hastscript'
import type { PublishedFigure, SubjectAccuracy } from '../../../shared/eval-report.ts'
import { percent } from '../accuracy.ts'

const width = 720
const left = 236
const right = 660
const rowHeight = 24
const nameHeight = 18
const barHeight = 12
const whiskerHeight = 8
const longestName = 34

const x = (share: number): number => Math.round((left + share * (right - left)) * 10) / 10

const shorten = (name: string): string =>
  name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name

const line = (className: string, x1: number, y1: number, x2: number, y2: number): Element =>
  s('line', { className, x1, y1, x2, y2 })

function row({ subject, share, low, high }: SubjectAccuracy, y: number, isAll: boolean): Element {
  const [end, half] = [whiskerHeight / 2, barHeight / 2]
  const title = `${subject}: ${percent(share)} (95%: ${percent(low)} to ${percent(high)})`
  return s('g', isAll ? { fontWeight: 600 } : {}, [
    s('title', title),
    s('text', { x: 0, y: y + 4 }, shorten(subject)),
    s('rect', {
      ...{ className: 'bar', x: left, y: y - half },
      ...{ width: x(share) - left, height: barHeight },
    }),
    line('share', x(share), y - half, x(share), y + half),
    line('bounds', x(low), y, x(high), y),
    line('bounds', x(low), y - end, x(low), y + end),
    line('bounds', x(high), y - end, x(high), y + end),
    s('text', { x: width, y: y + 4, textAnchor: 'end' }, percent(share)),
  ])
}

/** Names stand one below the other, since figures may lie close together; no line crosses one. */
function published(figures: PublishedFigure[], bottom: number): Element[] {
  const ordered = figures.toSorted((a, b) => a.percent - b.percent)
  return ordered.flatMap((figure, index) => {
    const at = x(figure.percent / 100)
    const y = nameHeight * (index + 1) - 5
    const isLeft = figure.percent > 50
    const name = { className: 'published-name', x: isLeft ? at - 6 : at + 6, y }
    return [
      line('published', at, y - 9, at, bottom),
      s('text', { ...name, textAnchor: isLeft ? 'end' : 'start' }, [
        `${figure.name}: ${figure.percent}%`,
      ]),
    ]
  })
}

/** Shares as bars, with whiskers for the bounds and a line for each published figure. */
export function reportPlot(rows: SubjectAccuracy[], figures: PublishedFigure[]): Element {
  const top = nameHeight * figures.length + 4
  const bottom = top + rows.length * rowHeight
  const height = bottom + 22
  const ticks = [0, 0.25, 0.5, 0.75, 1]
  return s(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'img', ariaLabelledBy: 'plot-title' },
    [
      s(
        'title',
        { id: 'plot-title' },
        'Shares of right answers with their bounds; the table has the same.',
      ),
      ...ticks.flatMap((share) => [
        line('grid', x(share), top, x(share), bottom),
        s('text', { className: 'soft', x: x(share), y: bottom + 16, textAnchor: 'middle' }, [
          percent(share, 0),
        ]),
      ]),
      ...rows.map((one, index) => row(one, top + (index + 0.5) * rowHeight, index === 0)),
      ...published(figures, bottom),
    ],
  )
}
