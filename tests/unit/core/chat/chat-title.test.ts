import { expect, test } from 'vitest'
import { titleFrom } from '../../../../src-main/core/chat/chat-title.ts'

test('takes the first line that has words', () => {
  expect(titleFrom('\n\n  ## 你好，世界\n第二行')).toBe('你好，世界')
})

test('cuts a long line between characters, never within one', () => {
  const family = '👨‍👩‍👧'
  const title = titleFrom(family.repeat(60))
  expect(title).toBe(`${family.repeat(39)}…`)
})

test('is empty for a question without words', () => {
  expect(titleFrom('\n \n***')).toBe('')
})
