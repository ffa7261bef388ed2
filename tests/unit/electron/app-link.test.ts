import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAppLink } from '../../../src-main/electron/app-link.ts'

test('reads the text of a new chat from a link', () => {
  const text = '你好 & 再见\n/bin/sh'
  const link = `chatglm://new?text=${encodeURIComponent(text)}`
  expect(parseAppLink(link)).toEqual({ type: 'new_chat', text })
})

test('reads which chat a link opens', () => {
  const chatId = '0190a6f2-7c4e-4d1b-9f00-1a2b3c4d5e6f'
  expect(parseAppLink(`chatglm://chat/${chatId}`)).toEqual({ type: 'open_chat', chatId })
})

test.each([
  'chatglm://run?path=/bin/sh',
  'chatglm://chat/',
  'chatglm://chat/a/b',
  'chatglm://chat/../../etc/passwd',
  'chatglm://chat/%2e%2e%2fpasswd',
  'chatglm://user@chat:1/a',
  'chatglm://new/more?text=a',
  'chatglm:new?text=a',
  'https://new/?text=a',
  'file:///new?text=a',
  '/tmp/model.gguf',
  '--no-sandbox',
  '',
  `chatglm://new?text=${'x'.repeat(5000)}`,
])('ignores %.40s', (link) => {
  expect(parseAppLink(link)).toEqual({ type: 'ignored' })
})

test('keeps every text of a new chat as it is, up to the limit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
      const link = `chatglm://new?text=${encodeURIComponent(text)}`
      expect(parseAppLink(link)).toEqual({ type: 'new_chat', text })
    }),
  )
})

test('names only plain ids and bounded texts, whatever the link holds', () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom('new', 'chat/', '?text=', '../', '%2f', '#'))
  const link = fc.array(piece, { maxLength: 12 }).map((pieces) => `chatglm://${pieces.join('')}`)
  fc.assert(
    fc.property(fc.oneof(link, fc.string()), (address) => {
      const parsed = parseAppLink(address)
      if (parsed.type === 'open_chat') expect(parsed.chatId).toMatch(/^[\w-]{1,64}$/)
      if (parsed.type === 'new_chat') expect(parsed.text.length).toBeLessThanOrEqual(4096)
    }),
    { numRuns: 1000 },
  )
})
