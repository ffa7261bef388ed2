import { request as httpRequest } from 'node:http'
import { expect, test } from '../fixtures.ts'

/** Asks as no browser would: with any headers. */
async function statusOf(address: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest(address, { headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
  })
}

test('the token leaves the address and scripts cannot read the cookie', async ({ page }) => {
  expect(new URL(page.url()).search).toBe('')
  expect(await page.evaluate(() => document.cookie)).toBe('')
  const [cookie] = await page.context().cookies()
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
})

test('a browser without the token gets nothing', async ({ app, chromium }) => {
  const { origin } = new URL(app.address ?? '')
  const stranger = await (await chromium()).newContext()
  const page = await stranger.newPage()

  expect((await page.goto(origin))?.status()).toBe(401)
  expect((await page.goto(`${origin}/?token=wrong`))?.status()).toBe(401)
  await expect(page.locator('#app')).toHaveCount(0)
  await stranger.close()
})

test('another name and another origin are refused', async ({ app }) => {
  const address = app.address ?? ''
  const { host } = new URL(address)

  expect(await statusOf(address, { host: 'rebound.example' })).toBe(403)
  expect(await statusOf(address, { host, origin: 'http://elsewhere.example' })).toBe(403)
  expect(await statusOf(address, { host })).toBe(200)
})

test('a page elsewhere cannot open the bridge', async ({ app, page }) => {
  const { host } = new URL(app.address ?? '')
  const other = await page.context().newPage()
  await other.route('http://elsewhere.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<p>Elsewhere' }),
  )
  await other.goto('http://elsewhere.example/')

  const isOpened = await other.evaluate(
    (bridge) =>
      new Promise<boolean>((resolve) => {
        const socket = new WebSocket(bridge)
        socket.onopen = () => resolve(true)
        socket.onerror = () => resolve(false)
      }),
    `ws://${host}/bridge`,
  )

  expect(isOpened).toBe(false)
})
