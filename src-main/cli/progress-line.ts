import cliProgress from 'cli-progress'
import prettyBytes from 'pretty-bytes'
import prettyMs from 'pretty-ms'
import { tell, type Terminal } from './terminal.ts'

/** What a long task shows of itself; nothing before its first update. */
export interface ProgressLine {
  /** `fraction` from 0 to 1; `detail` is a short text behind it. */
  update(fraction: number, detail?: string): void
  /** Ends the line; called whether the task worked or not. */
  close(): void
}

const sparseIntervalMs = 5000

/** A bar that moves, for a person. */
function bar(terminal: Terminal, title: string): ProgressLine {
  const format = `${title} [{bar}] {percentage}%{detail}`
  const single = new cliProgress.SingleBar(
    { format, stream: terminal.stderr, hideCursor: true, clearOnComplete: true, barsize: 30 },
    cliProgress.Presets.rect,
  )
  return {
    update(fraction, detail = '') {
      const payload = { detail: detail === '' ? '' : ` ${detail}` }
      if (!single.isActive) single.start(1000, 0, payload)
      single.update(Math.round(fraction * 1000), payload)
    },
    close: () => single.stop(),
  }
}

/** A line now and then, for a log. */
function sparseLines(terminal: Terminal, title: string): ProgressLine {
  let lastMs = performance.now()
  return {
    update(fraction, detail = '') {
      if (performance.now() - lastMs < sparseIntervalMs) return
      lastMs = performance.now()
      tell(terminal, `${title} ${Math.floor(fraction * 100)}% ${detail}`.trimEnd())
    },
    close: () => undefined,
  }
}

/** Shows a task on stderr: as a bar in a terminal, else as a line now and then. */
export function showProgress(terminal: Terminal, title: string): ProgressLine {
  return terminal.stderr.isTTY === true ? bar(terminal, title) : sparseLines(terminal, title)
}

/** In whole seconds. */
export const describeTimeLeft = (timeLeftMs: number): string =>
  `${prettyMs(Math.ceil(timeLeftMs / 1000) * 1000)} left`

/** Speed and time left, as far as they are known. */
export function describeSpeed(bytesPerSecond: number, timeLeftMs: number | null): string {
  if (timeLeftMs === null) return ''
  return `${prettyBytes(bytesPerSecond)}/s, ${describeTimeLeft(timeLeftMs)}`
}
