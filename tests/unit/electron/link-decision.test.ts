import { expect, test } from 'vitest'
import { decideLink } from '../../../src-main/electron/link-decision.ts'

test('opens secure web pages at once', () => {
  expect(decideLink('https://例子.example/路径?q=1#a')).toMatchObject({ type: 'open' })
})

test.each(['http://pages.example/', 'mailto:a@mail.example', 'https://bank.example@evil.example/'])(
  'asks before %s',
  (address) => {
    expect(decideLink(address)).toEqual({ type: 'ask', url: address })
  },
)

test.each([
  'file:///etc/passwd',
  'javascript:alert(1)',
  ' java\nscript:alert(1)',
  'data:text/html,<p>',
  'app://chatglm/',
  'vscode://file/x',
  '//pages.example/',
  'pages.example',
  '',
  `https://pages.example/${'x'.repeat(3000)}`,
])('refuses %s', (address) => {
  expect(decideLink(address)).toEqual({ type: 'refuse' })
})
