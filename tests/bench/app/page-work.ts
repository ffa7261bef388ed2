import { readFile } from 'node:fs/promises'
import type { Browser, Page } from '@playwright/test'
import { z } from 'zod'

const traceSchema = z.object({
  traceEvents: z.array(
    z.looseObject({
      name: z.string(),
      ph: z.string(),
      ts: z.number(),
      dur: z.number().optional(),
      pid: z.number(),
      tid: z.number(),
      args: z.looseObject({ name: z.string().optional() }).optional(),
    }),
  ),
})

/** What an update costs before it is painted. A script may hold a layout that it asks for. */
const updateEvents = new Set(['FireAnimationFrame', 'FunctionCall', 'UpdateLayoutTree', 'Layout'])

/** What the page's main thread did. */
export interface PageWork {
  /** Each task that drew a frame, with what painting and handing it over takes. */
  framesMs: number[]
  /** Of each such task the part that depends on the page: script, style and layout. */
  updatesMs: number[]
  longestTaskMs: number
  totalMs: number
}

/** Traces the page's main thread while `work` goes on. */
export async function traceWork(
  browser: Browser,
  page: Page,
  file: string,
  work: () => Promise<void>,
): Promise<PageWork> {
  await browser.startTracing(page, {
    path: file,
    categories: ['toplevel', 'devtools.timeline', '__metadata'],
  })
  await work()
  await browser.stopTracing()
  const { traceEvents } = traceSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  const frames = traceEvents.filter(({ name }) => name === 'FireAnimationFrame')
  const [first] = frames
  const thread = traceEvents.filter(
    ({ pid, tid, dur }) => pid === first?.pid && tid === first.tid && dur !== undefined,
  )
  const tasks = thread.filter(
    ({ name }) => name === 'ThreadControllerImpl::RunTask' || name === 'RunTask',
  )
  const lengths = tasks.map(({ dur = 0 }) => dur / 1000)
  const drawing = tasks.filter(({ ts, dur = 0 }) =>
    frames.some((frame) => frame.ts >= ts && frame.ts < ts + dur),
  )
  const updates = thread.filter(({ name }) => updateEvents.has(name))
  return {
    framesMs: drawing.map(({ dur = 0 }) => dur / 1000),
    updatesMs: drawing.map(({ ts, dur = 0 }) =>
      coveredMs(updates.filter((part) => part.ts >= ts && part.ts < ts + dur)),
    ),
    longestTaskMs: Math.max(0, ...lengths),
    totalMs: lengths.reduce((sum, ms) => sum + ms, 0),
  }
}

/** How long at least one of the events was under way. */
function coveredMs(events: { ts: number; dur?: number | undefined }[]): number {
  let end = 0
  let covered = 0
  for (const { ts, dur = 0 } of events.toSorted((one, other) => one.ts - other.ts)) {
    covered += Math.max(0, ts + dur - Math.max(ts, end))
    end = Math.max(end, ts + dur)
  }
  return covered / 1000
}
