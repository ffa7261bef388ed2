import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openedByArguments, openedFile } from '../../../src-main/electron/opened-from-outside.ts'

const folder = join('/', 'home', '用户')

test('finds the link among the arguments that Chromium adds', () => {
  const argv = ['app', '--no-sandbox', '--lang=en', 'chatglm://new?text=hello']
  expect(openedByArguments(argv, folder)).toEqual({ type: 'new_chat', text: 'hello' })
})

test('finds a model and makes its path absolute', () => {
  const path = join(folder, '模型 一.GGUF')
  expect(openedByArguments(['app', '模型 一.GGUF'], folder)).toEqual({ type: 'open_model', path })
})

test('finds exported chats', () => {
  const path = join(folder, '对话 一.ChatGLM')
  expect(openedByArguments(['app', path], folder)).toEqual({ type: 'open_chats', path })
})

test('finds a file that is named by its address', () => {
  const path = join(folder, '模型 一.gguf')
  expect(openedByArguments(['app', pathToFileURL(path).href], '/')).toEqual({
    ...{ type: 'open_model', path },
  })
})

test.each([
  [['app']],
  [['app', 'file://other.example/model.gguf']],
  [['app', 'file:///a%2Fb.gguf']],
  [['app', 'file:///a%00.gguf']],
  [['chatglm://new?text=hello']],
  [['app', '--open=chatglm://new?text=hello']],
  [['app', 'https://example.org/model.gguf.exe']],
  [['app', '/bin/sh']],
  [['app', 'chatglm://run?path=/tmp/model.gguf']],
  [['app', `${'x'.repeat(5000)}.gguf`]],
  [['app', 'a\0.gguf']],
])('ignores %j', (argv) => {
  expect(openedByArguments(argv, folder)).toEqual({ type: 'ignored' })
})

test('a file that is named by half a path is not opened', () => {
  expect(openedFile('model.gguf')).toEqual({ type: 'ignored' })
})

test('names no path but that of a model or of chats, whatever the arguments are', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('--a', 'chatglm://', '../../x', '/etc/passwd'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const opened = openedByArguments(['app', ...pieces], folder)
      if (opened.type === 'open_model') expect(opened.path).toMatch(/\.gguf$/i)
      if (opened.type === 'open_chats') expect(opened.path).toMatch(/\.chatglm$/i)
    }),
    { numRuns: 1000 },
  )
})
