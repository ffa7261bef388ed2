import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { WebSocket } from 'ws'
import { longestFrameBytes, mostQuestions } from '../../../src-main/http/app-socket.ts'
import { readQuestion } from '../../../src-main/http/socket-messages.ts'
import type { WebServer } from '../../../src-main/http/web-server.ts'
import { mutation } from '../fuzz/mutations.ts'
import { connectTab, cookieOf, nextMessage, startTestServer } from './test-web-server.ts'

const echo = (id: number, params: unknown = {}) =>
  JSON.stringify({ id, request: 'test.echo', params })

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number]
  return code
}

/** Fails when the server serves new tabs no more. */
async function expectAlive(web: WebServer): Promise<void> {
  const socket = await connectTab(web)
  socket.send(echo(1, 'alive'))
  expect(await nextMessage(socket)).toEqual({ id: 1, ok: true, value: 'alive' })
  socket.close()
}

/** A tab's connection on which any bytes can be sent. */
async function rawTab(web: WebServer): Promise<Socket> {
  const cookie = await cookieOf(web)
  const socket = connectTcp(web.port, '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const head = ['GET /bridge HTTP/1.1', `Host: 127.0.0.1:${web.port}`, `Cookie: ${cookie}`]
  head.push(`Origin: http://127.0.0.1:${web.port}`, 'Connection: Upgrade', 'Upgrade: websocket')
  head.push('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', '')
  socket.write(head.join('\r\n'))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString('latin1')).toMatch(/^HTTP\/1\.1 101 /)
  return socket
}

test('closes a socket that sends bytes in place of text', async () => {
  const { web } = await startTestServer()
  const socket = await connectTab(web)
  socket.send(Buffer.from(echo(1)))
  expect(await closeCode(socket)).toBe(1008)
  await expectAlive(web)
})

test('joins the fragments of a message, and none beyond the longest', async () => {
  const { web } = await startTestServer()
  const socket = await connectTab(web)
  const whole = echo(2, '片段 🙂')
  for (let at = 0; at < whole.length; at += 3)
    socket.send(whole.slice(at, at + 3), { fin: at + 3 >= whole.length })
  expect(await nextMessage(socket)).toMatchObject({ id: 2, ok: true })

  const closed = closeCode(socket)
  const piece = Buffer.alloc(longestFrameBytes / 4, 'x')
  for (let count = 0; count < 5; count++) socket.send(piece, { binary: false, fin: false })
  expect(await closed).toBe(1009)
  await expectAlive(web)
})

test('closes a socket whose question cannot be answered, and no other', async () => {
  const { web } = await startTestServer()
  const socket = await connectTab(web)
  const closed = closeCode(socket)
  const deep = '['.repeat(100_000) + ']'.repeat(100_000)
  socket.send(`{"id":1,"request":"test.echo","params":${deep}}`)
  expect([1008, 1011]).toContain(await closed)
  await expectAlive(web)
})

test('agrees to no compression, which a small frame could blow up', async () => {
  const { web } = await startTestServer()
  const socket = await connectTab(web)
  expect(socket.extensions).toBe('')
})

test('refuses what is asked beyond the most at once, and goes on afterwards', async () => {
  const { web, hold } = await startTestServer()
  const socket = await connectTab(web)
  const release = hold()
  const answers: { id: number; ok: boolean }[] = []
  socket.on('message', (data: Buffer) => answers.push(JSON.parse(data.toString('utf8')) as never))
  for (let id = 0; id < mostQuestions + 44; id++) socket.send(echo(id))
  await expect.poll(() => answers.length).toBe(44)
  expect(answers.every(({ ok, id }) => !ok && id >= mostQuestions)).toBe(true)
  release()
  await expect.poll(() => answers.length).toBe(mostQuestions + 44)
  socket.send(echo(9999))
  await expect.poll(() => answers.at(-1)).toMatchObject({ id: 9999, ok: true })
})

test.each([
  ['an opcode that nobody uses', [0x83, 0x80, 0, 0, 0, 0]],
  ['reserved bits', [0xf1, 0x80, 0, 0, 0, 0]],
  ['a frame without a mask', [0x81, 0x02, 0x7b, 0x7d]],
  ['text that is no UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]],
  ['a long ping', [0x89, 0xfe, 0x10, 0x00, 0, 0, 0, 0]],
  ['a length beyond all numbers', [0x81, 0xff, 255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]],
  ['a continuation of nothing', [0x80, 0x80, 0, 0, 0, 0]],
  ['a broken close', [0x88, 0x81, 0, 0, 0, 0, 0x03]],
])('ends a connection that sends %s', async (_, bytes) => {
  const { web } = await startTestServer()
  const socket = await rawTab(web)
  socket.resume().write(Buffer.from(bytes))
  await once(socket, 'end')
  await expectAlive(web)
})

test('survives connections of random bytes', async () => {
  const { web } = await startTestServer()
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
      const socket = await rawTab(web)
      socket.resume().on('error', () => undefined) // a reset is as good as an end
      socket.end(bytes)
      await once(socket, 'close')
    }),
    { numRuns: 100, seed: 20231 },
  )
  await expectAlive(web)
}, 300_000)

test('answers or closes for every damaged frame', async () => {
  const { web } = await startTestServer()
  const sound = echo(5, { text: '你好', list: [1, null], deep: { a: true } })
  const outcomes = { answered: 0, closed: 0 }
  await fc.assert(
    fc.asyncProperty(mutation, async (mutate) => {
      const socket = await connectTab(web)
      socket.send(mutate(sound))
      const outcome = await Promise.race([
        nextMessage(socket).then(() => 'answered' as const),
        closeCode(socket).then((code) => {
          expect([1008, 1011]).toContain(code)
          return 'closed' as const
        }),
      ])
      outcomes[outcome]++
      socket.terminate()
    }),
    { numRuns: 100, seed: 20232 },
  )
  expect(Math.min(outcomes.answered, outcomes.closed)).toBeGreaterThan(5)
}, 300_000)

test('reads a frame as a question of the right form, or as none', () => {
  let questions = 0
  const frames = fc.oneof(
    mutation.map((mutate) => mutate(echo(7, { chatId: 'a', text: '问' }))),
    fc.json(),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(frames, (frame) => {
      const question = readQuestion(frame)
      if (question === null) return
      questions++
      expect(Number.isSafeInteger(question.id)).toBe(true)
      expect(question.request.length).toBeLessThanOrEqual(100)
      expect(Object.keys(question).every((key) => ['id', 'request', 'params'].includes(key))).toBe(
        true,
      )
    }),
    { numRuns: 3000, seed: 20233 },
  )
  expect(questions).toBeGreaterThan(200)
}, 300_000)
