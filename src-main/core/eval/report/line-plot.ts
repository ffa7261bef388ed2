import { max, min } from 'd3-array'
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale'
import type { Element } from 'hast'
import { s } from 'hastscript'

export interface Series {
  name: string
  /** Its look, as the style sheet names it. */
  className: string
  /** Ordered by x. */
  points: { x: number; y: number }[]
}

export interface LinePlot {
  title: string
  xLabel: string
  series: Series[]
  /** Values far apart are told better by their logarithms; those of 0 and below are left out. */
  isLogarithmic?: boolean
}

const width = 720
const [left, right, top, bottom] = [64, 700, 30, 240]
const height = bottom + 42

type Scale = ScaleContinuousNumeric<number, number>

function scaleOf(values: number[], range: [number, number], isLogarithmic = false): Scale {
  const [low, high] = [min(values) ?? 0, max(values) ?? 1]
  const reach = low === high ? [low * 0.9, high * 1.1 + 1e-9] : [low, high]
  const scale = isLogarithmic ? scaleLog() : scaleLinear()
  return scale.domain(reach).range(range).nice()
}

const rounded = (value: number): number => Math.round(value * 10) / 10

function grid(x: Scale, y: Scale): Element[] {
  const tickLine = (x1: number, y1: number, x2: number, y2: number) =>
    s('line', { className: 'grid', x1, y1, x2, y2 })
  const [xFormat, yFormat] = [x.tickFormat(6), y.tickFormat(5)]
  return [
    ...x
      .ticks(6)
      .map((value) =>
        s(
          'text',
          { className: 'soft', x: rounded(x(value)), y: bottom + 18, textAnchor: 'middle' },
          [xFormat(value)],
        ),
      ),
    ...y.ticks(5).flatMap((value) => {
      const at = rounded(y(value))
      const label = yFormat(value)
      if (label === '') return [] // of a logarithmic axis, which names only some
      return [
        tickLine(left, at, right, at),
        s('text', { className: 'soft', x: left - 8, y: at + 4, textAnchor: 'end' }, [label]),
      ]
    }),
  ]
}

/** Lines over a plain of two axes, with their names above. */
export function linePlot({ title, xLabel, series, isLogarithmic }: LinePlot): Element {
  const shown = series.map((one) => ({
    ...one,
    points: one.points.filter(({ y }) => isLogarithmic !== true || y > 0),
  }))
  const points = shown.flatMap((one) => one.points)
  const x = scaleOf(
    points.map((point) => point.x),
    [left, right],
  )
  const y = scaleOf(
    points.map((point) => point.y),
    [bottom, top],
    isLogarithmic,
  )
  const line = (one: Series) =>
    s('polyline', {
      className: one.className,
      fill: 'none',
      points: one.points.map((point) => `${rounded(x(point.x))},${rounded(y(point.y))}`).join(' '),
    })
  return s('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', ariaLabel: title }, [
    s('title', title),
    ...grid(x, y),
    ...shown.map(line),
    ...shown.map(({ name, className }, index) =>
      s('text', { className: `${className}-name`, x: left + index * 240, y: 14 }, [name]),
    ),
    s('text', { className: 'soft', x: (left + right) / 2, y: height - 6, textAnchor: 'middle' }, [
      xLabel,
    ]),
  ])
}
