import { expect, test } from 'vitest'
import { plainTextOf } from '../../../../src-renderer/components/markdown/plain-text.ts'

test.each([
  ['# Title\n\nSome **bold** `code`.', 'Title\n\nSome bold code.'],
  ['- *a*\n- [b](https://c.d)\n  - c', '- a\n- b\n  - c'],
  ['3. x\n4. y', '3. x\n4. y'],
  ['| a | b |\n| - | - |\n| 1 | 2 |', 'a\tb\n1\t2'],
  ['```js\nlet a\n\nlet b\n```', 'let a\n\nlet b'],
  ['> quoted\n\n![alt](https://a.b/c.png)', 'quoted\n\nalt'],
  ['中文 \\(x^2\\)，<b>not bold</b>', '中文 x^2，<b>not bold</b>'],
])('text loses its markup and keeps its lines: %j', (markdown, text) => {
  expect(plainTextOf(markdown)).toBe(text)
})
