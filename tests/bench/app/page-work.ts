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

/** What the page's main thread did. */
export interface PageWork {
  /** Each task that drew a frame. */
  framesMs: number[]
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
  const framesMs = tasks
    .filter(({ ts, dur = 0 }) => frames.some((frame) => frame.ts >= ts && frame.ts < ts + dur))
    .map(({ dur = 0 }) => dur / 1000)
  return {
    framesMs,
    longestTaskMs: Math.max(0, ...lengths),
    totalMs: lengths.reduce((sum, ms) => sum + ms, 0),
  }
}
