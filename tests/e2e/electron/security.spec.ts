import { appParamsSchemas } from '../../../src-main/core/app/app-params.ts'
import { ask, expect, test } from '../fixtures.ts'
import { mainProcess, recordLinks } from './main-process.ts'

test('the window is sandboxed, isolated and without Node', async ({ app }) => {
  const preferences = await mainProcess(app).evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) =>
      // Electron's types leave it out.
      (
        window.webContents as unknown as {
          getLastWebPreferences(): Electron.WebPreferences
        }
      ).getLastWebPreferences(),
    ),
  )

  expect(preferences).toHaveLength(1)
  expect(preferences[0]).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    webSecurity: true,
  })
})

test('the bridge is all that the window gets', async ({ page }) => {
  const bridge = await page.evaluate(() => {
    const { chatglm } = window as unknown as { chatglm: Record<string, unknown> }
    const types = Object.entries(chatglm).map(([name, value]) => [name, typeof value])
    return { types, isFrozen: Object.isFrozen(chatglm), electron: 'electron' in window }
  })

  expect(bridge).toEqual({
    types: [
      ['request', 'function'],
      ['onEvent', 'function'],
      ['pathOf', 'function'],
      ['platform', 'string'],
    ],
    isFrozen: true,
    electron: false,
  })
})

test('listeners get the event and no way back to Electron', async ({ app, page }) => {
  await page.evaluate(() => {
    const { chatglm } = window as unknown as {
      chatglm: { onEvent(listener: (...args: unknown[]) => void): void }
    }
    const heard: string[] = []
    Object.assign(window, { heard })
    chatglm.onEvent((...args) => heard.push(JSON.stringify(args)))
  })
  await mainProcess(app).evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? [])
    items?.find((item) => item.accelerator === 'CmdOrCtrl+K')?.click()
  })

  await expect
    .poll(() => page.evaluate(() => (window as unknown as { heard: string[] }).heard))
    .toContain('[{"event":"host.command","payload":{"command":"search"}}]')
})

test('the page cannot be led elsewhere', async ({ page }) => {
  await expect.poll(() => page.url()).toContain('#/welcome') // it goes there by itself
  const before = page.url()
  await page.evaluate(() => {
    location.href = 'https://elsewhere.example/'
  })
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: 'file:///etc/passwd' })
    document.body.append(link)
    link.click()
  })

  await expect.poll(() => page.evaluate(() => document.readyState)).toBe('complete')
  expect(page.url()).toBe(before)
})

test('the page opens no windows', async ({ app, page }) => {
  const opened = await page.evaluate(() => window.open('https://elsewhere.example/') !== null)
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), {
      href: 'app://chatglm/',
      target: '_blank',
    })
    document.body.append(link)
    link.click()
  })

  expect(opened).toBe(false)
  const count = await mainProcess(app).evaluate(
    ({ BrowserWindow }) => BrowserWindow.getAllWindows().length,
  )
  expect(count).toBe(1)
})

test('every permission is denied but writing to the clipboard', async ({ page }) => {
  await expect.poll(() => page.evaluate(() => document.hasFocus())).toBe(true)
  const states = await page.evaluate(async () => {
    const outcome = (promise: Promise<unknown>) =>
      promise.then(
        () => 'allowed',
        () => 'denied',
      )
    return {
      notifications: await Notification.requestPermission(),
      location: await new Promise((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('allowed'),
          () => resolve('denied'),
        ),
      ),
      camera: await outcome(navigator.mediaDevices.getUserMedia({ video: true })),
      clipboardRead: await outcome(navigator.clipboard.readText()),
      clipboardWrite: await outcome(navigator.clipboard.writeText('你好')),
    }
  })

  expect(states).toEqual({
    notifications: 'denied',
    location: 'denied',
    camera: 'denied',
    clipboardRead: 'denied',
    clipboardWrite: 'allowed',
  })
})

test('the scheme of the app gives nothing outside its folder', async ({ page }) => {
  const answers = await page.evaluate(
    async (paths) => {
      const ask = (path: string) =>
        fetch(path).then(
          async (answer) => ({ status: answer.status, text: await answer.text() }),
          () => ({ status: 0, text: '' }),
        )
      return Promise.all(paths.map(ask))
    },
    ['/..%2fmain/main.cjs', '/../main/main.cjs', '/..%5cmain%5cmain.cjs', 'file:///etc/passwd'],
  )

  for (const { status, text } of answers) {
    expect(status).not.toBe(200)
    expect(text).not.toContain('require(')
  }
})

test('a message from another page is refused, even in a window with the bridge', async ({
  app,
}) => {
  const answer = await mainProcess(app).evaluate(async ({ BrowserWindow, app: electron }) => {
    const preload = `${electron.getAppPath()}/out/app/preload/preload.cjs`
    const other = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
    await other.loadURL('app://chatglm/')
    const answered: unknown = await other.webContents.executeJavaScript(
      "window.chatglm.request('app.read', {})",
    )
    other.destroy()
    return answered
  })

  expect(answer).toMatchObject({ ok: false, error: { code: 'host.sender_refused' } })
})

test('secure links open at once', async ({ app, page }) => {
  const recorded = await recordLinks(app, 1)

  const answer = await ask(page, 'host.open_link', { url: 'https://github.com/THUDM/ChatGLM2-6B' })

  expect(answer).toMatchObject({ ok: true })
  expect(await recorded()).toEqual({
    opened: ['https://github.com/THUDM/ChatGLM2-6B'],
    questions: [],
  })
})

test('other addresses and mail open after a question', async ({ app, page }) => {
  for (const url of [
    'http://pages.example/',
    'mailto:someone@mail.example',
    'https://bank.example@evil.example/',
  ]) {
    const refusing = await recordLinks(app, 1)
    await ask(page, 'host.open_link', { url })
    expect(await refusing()).toEqual({ opened: [], questions: [url] })

    const agreeing = await recordLinks(app, 0)
    await ask(page, 'host.open_link', { url })
    expect(await agreeing()).toEqual({ opened: [url], questions: [url] })
  }
})

test('addresses of files, scripts and programs never open', async ({ app, page }) => {
  const recorded = await recordLinks(app, 0)

  for (const url of [
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,<p>',
    'app://chatglm/',
    'ms-settings:',
    '//pages.example',
    'no address',
  ]) {
    const answer = await ask(page, 'host.open_link', { url })
    expect(answer, url).toMatchObject({ ok: false, error: { code: 'host.link_refused' } })
  }

  expect(await recorded()).toEqual({ opened: [], questions: [] })
})

test('whatever the page asks over its bridge is answered, and never by a bug', async ({ page }) => {
  const names = Object.keys(appParamsSchemas)
  const outcome = await page.evaluate(async (requests) => {
    const { chatglm } = window as unknown as {
      chatglm: { request(request: unknown, params: unknown): Promise<unknown> }
    }
    const wrong = [undefined, null, NaN, 0, -1, 2n ** 70n, true, '', 'x'.repeat(70_000), '\uD800']
    const lists: unknown[] = [[], [undefined], [[{}]], new Uint8Array(9), Array(5)]
    const odd: unknown[] = [
      { toString: null, valueOf: null },
      { toString: 1 },
      new Map([[1, 2]]),
      new Date(NaN),
    ]
    const noNames = ['', '__proto__', 'constructor', 'x'.repeat(70_000), ...wrong, ...lists, ...odd]
    const questions = [
      ...requests.flatMap((name) => [...wrong, ...lists.slice(0, 3)].map((value) => [name, value])),
      ...noNames.flatMap((name) => [{}, ...odd].map((value) => [name, value])),
    ]
    const counts: Record<string, number> = {}
    for (const [name, value] of questions) {
      const answer = await chatglm.request(name, value).catch((error: unknown) => String(error))
      const { error } = answer as { error?: { code: string } }
      const code = error?.code ?? JSON.stringify(answer)
      counts[code] = (counts[code] ?? 0) + 1
    }
    return { counts, asked: questions.length }
  }, names)

  expect(outcome.asked).toBeGreaterThan(1000)
  expect(Object.keys(outcome.counts).sort()).toEqual(['app.invalid_params', 'app.unknown_request'])
  expect(await ask(page, 'app.read', {})).toMatchObject({ ok: true })
})
