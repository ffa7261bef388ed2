import { once } from 'node:events'
import { expect, test } from 'vitest'
import { longestFrameBytes } from '../../../src-main/http/app-socket.ts'
import {
  connect,
  connectTab,
  cookieOf,
  get,
  nextMessage,
  startTestServer,
} from './test-web-server.ts'

test('takes the token out of the address and gives a strict cookie for it', async () => {
  const { web } = await startTestServer()

  const answer = await get(web, `/?token=${web.token}`)

  expect(answer.headers['refresh']).toBe('0; url=/')
  expect(String(answer.headers['set-cookie'])).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
  expect(String(answer.headers['set-cookie'])).not.toContain(web.token)
})

test('serves the page and its files to whoever has the cookie', async () => {
  const { web } = await startTestServer()
  const cookie = await cookieOf(web)

  const page = await get(web, '/', { cookie })
  const script = await get(web, '/assets/index-1a2b.js', { cookie })

  expect(page).toMatchObject({ status: 200, body: '<p>The app' })
  expect(page.headers['cache-control']).toBe('no-store')
  expect(script).toMatchObject({ status: 200, body: 'start()' })
  expect(script.headers['cache-control']).toContain('immutable')
})

test.each(['/', '/?token=', '/?token=wrong', '/index.html', '/assets/index-1a2b.js', '/bridge'])(
  'refuses %s without the token',
  async (path) => {
    const { web } = await startTestServer()

    expect(await get(web, path)).toMatchObject({ status: 401 })
    expect(await get(web, path, { cookie: `chatglm-${web.port}=wrong` })).toMatchObject({
      status: 401,
    })
  },
)

test('refuses another name for this computer, even with the token', async () => {
  const { web } = await startTestServer()

  const answer = await get(web, `/?token=${web.token}`, { host: `evil.example:${web.port}` })

  expect(answer.status).toBe(403)
  expect(answer.headers['set-cookie']).toBeUndefined()
})

test('refuses what another page asks for, even with the cookie', async () => {
  const { web } = await startTestServer()
  const cookie = await cookieOf(web)

  expect(await get(web, '/', { cookie, origin: 'http://evil.example' })).toMatchObject({
    status: 403,
  })
})

test('sends a policy that allows nothing unsafe with every answer', async () => {
  const { web } = await startTestServer()
  const cookie = await cookieOf(web)

  for (const [path, headers] of [
    ['/', { cookie }],
    ['/missing.js', { cookie }],
    ['/', {}],
  ] as const) {
    const { headers: sent } = await get(web, path, headers)
    expect(sent['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
    expect(sent['content-security-policy']).not.toContain('unsafe')
    expect(sent['x-content-type-options']).toBe('nosniff')
  }
})

test.each(['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/assets/', '/assets'])(
  'gives nothing for %s',
  async (path) => {
    const { web } = await startTestServer()

    const answer = await get(web, path, { cookie: await cookieOf(web) })

    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.body).not.toMatch(/secret$|index-1a2b/)
  },
)

test('answers requests in the order in which they are done, each with its id', async () => {
  const { web } = await startTestServer()
  const socket = await connectTab(web)

  socket.send(JSON.stringify({ id: 7, request: 'test.echo', params: { text: '你好 🙂' } }))
  expect(await nextMessage(socket)).toEqual({ id: 7, ok: true, value: { text: '你好 🙂' } })

  socket.send(JSON.stringify({ id: 8, request: 'test.nothing', params: {} }))
  expect(await nextMessage(socket)).toMatchObject({
    id: 8,
    ok: false,
    error: { code: 'app.unknown_request' },
  })
})

test('sends events to every tab, and again to one that comes back', async () => {
  const { web, tell, listeners } = await startTestServer()
  const [first, second] = [await connectTab(web), await connectTab(web)]
  const event = { event: 'chats.changed', payload: { chatIds: null } } as const
  first.close()
  await once(first, 'close')
  await expect.poll(() => listeners.size).toBe(1)
  const back = await connectTab(web)

  const both = Promise.all([nextMessage(second), nextMessage(back)])
  tell(event)

  expect(await both).toEqual([event, event])
})

test.each(['no json', '[]', '{"id":"1","request":"test.echo","params":{}}', '{"id":1}'])(
  'closes a socket that sends %s',
  async (frame) => {
    const { web } = await startTestServer()
    const socket = await connectTab(web)

    socket.send(frame)

    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1008)
  },
)

test('closes a socket that sends more than any request needs', async () => {
  const { web } = await startTestServer()
  const socket = await connectTab(web)

  socket.send('x'.repeat(longestFrameBytes + 1))

  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(1009)
})

test('refuses a socket with a wrong origin, no origin, or no cookie', async () => {
  const { web } = await startTestServer()
  const cookie = await cookieOf(web)
  const origin = `http://127.0.0.1:${web.port}`

  await expect(connect(web, { cookie, origin: 'http://evil.example' })).rejects.toThrow('403')
  await expect(connect(web, { cookie })).rejects.toThrow('403')
  await expect(connect(web, { origin })).rejects.toThrow('401')
  await expect(connect(web, { cookie, origin, host: `evil.example:${web.port}` })).rejects.toThrow(
    '403',
  )
})

test('closes the sockets of its tabs when it ends', async () => {
  const { web, listeners } = await startTestServer()
  const socket = await connectTab(web)

  const closed = once(socket, 'close')
  await web.close()
  await closed

  await expect.poll(() => listeners.size).toBe(0)
})
