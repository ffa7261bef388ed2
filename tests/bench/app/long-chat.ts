import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import { WebDriver } from '../../e2e/harness/web-driver.ts'
import { longChat, queries } from '../random-library.ts'
import { milliseconds, quantile, type Report } from './report.ts'

const runs = 5
const findingMs = 2000

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

/** From the click to the last message drawn. */
async function openingTime(page: Page): Promise<number> {
  await page.evaluate(() => (location.hash = '#/'))
  await page.locator('.intro').waitFor()
  return page.evaluate(async (id) => {
    const start = performance.now()
    location.hash = `#/chat/${id}`
    while (!document.querySelector('.message-list li[aria-posinset="2000"]'))
      await new Promise(requestAnimationFrame)
    await new Promise(requestAnimationFrame) // drawn
    return performance.now() - start
  }, longChat)
}

/** Opens the app, and waits as long as a person needs to find a chat in the list. */
async function openApp(folder: string, browser: Browser): Promise<WebDriver> {
  const app = await WebDriver.start(folder, browser)
  await app.page.locator('.chat-row, [role=option], .row').first().waitFor()
  await delay(findingMs)
  return app
}

/** Opening the chat of 2,000 messages, and finding words among 100,000. */
export async function measureLongChat(
  report: Report,
  browser: Browser,
  folder: string,
): Promise<void> {
  const first: number[] = []
  const later: number[] = []
  for (let start = 0; start < runs; start += 1) {
    const app = await openApp(folder, browser)
    first.push(await openingTime(app.page))
    later.push(await openingTime(app.page))
    await app.close()
  }
  const target = 'at most 150 ms'
  const what = 'opening a chat of 2,000 messages'
  report.add(`${what}, the first after a start`, milliseconds(quantile(first, 0.5)), target)
  report.add(`${what}, the next time`, milliseconds(quantile(later, 0.5)), target)

  const app = await openApp(folder, browser)
  for (const { what, text } of queries) {
    const ms = milliseconds(quantile(await searchTimes(app.page, text), 0.5))
    report.add(`search from the page, ${what} (${text})`, ms, 'at most 20 ms')
  }
  await app.close()
}
