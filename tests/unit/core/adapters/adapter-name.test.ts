import { expect, test } from 'vitest'
import { adapterFileName, adapterName } from '../../../../src-main/core/adapters/adapter-name.ts'

test.each([
  [
    '/output/adgen-chatglm2-6b-pt-128-2e-2/checkpoint-3000',
    'adgen-chatglm2-6b-pt-128-2e-2/checkpoint-3000',
  ],
  ['/checkpoint-3000', 'checkpoint-3000'],
  ['/训练/poems', 'poems'],
  ['/adapters/Poems.GGUF', 'Poems'],
])('calls what comes of %s %s', (path, name) => {
  expect(adapterName(path)).toBe(name)
})

test.each([
  ['adgen/checkpoint-3000', 'adgen-checkpoint-3000.gguf'],
  ['诗 😀', '诗 😀.gguf'],
  ['a\\b:c"\n', 'a-b-c--.gguf'],
  ['😀'.repeat(300), `${'😀'.repeat(60)}.gguf`],
])('names the file of %j %j', (name, file) => {
  expect(adapterFileName(name)).toBe(file)
})
