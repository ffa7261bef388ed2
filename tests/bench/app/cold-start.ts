import { ElectronDriver } from '../../e2e/harness/electron-driver.ts'
import { milliseconds, quantile, type Report } from './report.ts'

const runs = 5
const composer = '.composer textarea'

/** From the start of the process to a composer that has taken a key. */
async function startOnce(folder: string, display: string): Promise<number> {
  const startMs = performance.now()
  const app = await ElectronDriver.start(folder, display)
  await app.page.locator(composer).press('a')
  await app.page.waitForFunction(
    (selector) => document.querySelector<HTMLTextAreaElement>(selector)?.value === 'a',
    composer,
  )
  const endMs = performance.now()
  await app.page.locator(composer).fill('')
  await app.close()
  return endMs - startMs
}

/** Cold start with no chats and with 10,000, in turn. */
export async function measureColdStart(
  report: Report,
  display: string,
  folders: { empty: string; full: string },
): Promise<void> {
  const empty: number[] = []
  const full: number[] = []
  for (let run = 0; run < runs; run += 1) {
    empty.push(await startOnce(folders.empty, display))
    full.push(await startOnce(folders.full, display))
  }
  const base = quantile(empty, 0.5)
  report.add('start to a composer that takes keys', milliseconds(base), 'at most 2,000 ms')
  const more = quantile(full, 0.5) - base
  report.add('the same with 10,000 chats, beyond that', milliseconds(more), 'at most 50 ms')
}
