import { expect, test } from 'vitest'
import { refusalOf } from '../../../src-main/http/request-guard.ts'

test.each(['127.0.0.1:8080', 'localhost:8080', '[::1]:8080'])('lets %s in', (host) => {
  expect(refusalOf({ host }, 8080, false)).toBeNull()
  expect(refusalOf({ host, origin: `http://${host}` }, 8080, true)).toBeNull()
})

test.each([
  undefined,
  '',
  'evil.example:8080',
  '127.0.0.1:8081',
  '127.0.0.1',
  'localhost.evil:8080',
])('refuses the host %s', (host) => {
  expect(refusalOf(host === undefined ? {} : { host }, 8080, false)).toBe('wrong_host')
})

test.each(['null', 'http://evil.example', 'https://127.0.0.1:8080', 'http://localhost:8080'])(
  'refuses the origin %s of a page at 127.0.0.1',
  (origin) => {
    expect(refusalOf({ host: '127.0.0.1:8080', origin }, 8080, false)).toBe('wrong_origin')
  },
)

test('refuses a WebSocket that does not say where it comes from', () => {
  expect(refusalOf({ host: '127.0.0.1:8080' }, 8080, true)).toBe('wrong_origin')
})
