import type { Browser, Page } from '@playwright/test'
import { WebDriver } from '../../e2e/harness/web-driver.ts'
import { longChat, queries } from '../random-library.ts'
import { milliseconds, quantile, type Report } from './report.ts'

const runs = 5

/** How long the page waits for what it finds, on a socket that is open. */
function searchTimes(page: Page, text: string): Promise<number[]> {
  return page.evaluate(
    async ([wanted, count]) => {
      const socket = new WebSocket(`ws://${location.host}/bridge`)
      await new Promise((resolve) => (socket.onopen = resolve))
      const times: number[] = []
      for (let id = 1; id <= count; id += 1) {
        const start = performance.now()
        const answer = new Promise((resolve) => (socket.onmessage = resolve))
        const params = { text: wanted, limit: 50 }
        socket.send(JSON.stringify({ id, request: 'search.find', params }))
        await answer
        times.push(performance.now() - start)
      }
      socket.close()
      return times
    },
    [text, runs] as const,
  )
}

/** Opening the chat of 2,000 messages, and finding words among 100,000. */
export async function measureLongChat(
  report: Report,
  browser: Browser,
  folder: string,
): Promise<void> {
  const app = await WebDriver.start(folder, browser)
  const { page } = app
  await page.locator('.chat-row, [role=option], .row').first().waitFor()
  const openings: number[] = []
  for (let run = 0; run < runs; run += 1) {
    await page.evaluate(() => (location.hash = '#/'))
    await page.locator('.intro').waitFor()
    openings.push(
      await page.evaluate(async (id) => {
        const start = performance.now()
        location.hash = `#/chat/${id}`
        while (!document.querySelector('.message-list li[aria-posinset="2000"]'))
          await new Promise(requestAnimationFrame)
        await new Promise(requestAnimationFrame) // drawn
        return performance.now() - start
      }, longChat),
    )
  }
  report.add(
    'opening a chat of 2,000 messages',
    milliseconds(quantile(openings, 0.5)),
    'at most 150 ms',
  )
  for (const { what, text } of queries) {
    const ms = milliseconds(quantile(await searchTimes(page, text), 0.5))
    report.add(`search from the page, ${what} (${text})`, ms, 'at most 20 ms')
  }
  await app.close()
}
