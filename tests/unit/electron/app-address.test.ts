import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fileOfAddress } from '../../../src-main/electron/app-address.ts'

const folder = join(import.meta.dirname, 'renderer 中文')

test('finds the page and its files', () => {
  expect(fileOfAddress('app://chatglm/', folder)).toBe(join(folder, 'index.html'))
  expect(fileOfAddress('app://chatglm/#/chat/1', folder)).toBe(join(folder, 'index.html'))
  expect(fileOfAddress('app://chatglm/assets/a%20b.js?v=1', folder)).toBe(
    join(folder, 'assets/a b.js'),
  )
})

test.each([
  'app://other/index.html',
  'app://chatglm.evil/index.html',
  'https://chatglm/index.html',
  'file:///etc/passwd',
  'app://chatglm/..%2fmain/main.cjs',
  'app://chatglm/assets/..%2f..%2fmain.cjs',
  'app://chatglm/..%5cmain.cjs',
  'app://chatglm/%00',
  'app://chatglm/%zz',
])('finds nothing for %s', (address) => {
  expect(fileOfAddress(address, folder)).toBeNull()
})
