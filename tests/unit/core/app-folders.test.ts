import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appFolders, portableMarker } from '../../../src-main/core/app-folders.ts'

test('a marker beside the program keeps everything there', () => {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  const program = join(folder, 'ChatGLM Desktop')
  expect(appFolders({}, program).data).not.toContain(folder)

  writeFileSync(join(folder, portableMarker), '')

  expect(appFolders({}, program)).toEqual({
    data: join(folder, 'data'),
    cache: join(folder, 'cache'),
  })
  rmSync(folder, { recursive: true })
})

test('variables of the environment decide before anything else', () => {
  const env = { CHATGLM_DATA_DIR: '/数据', CHATGLM_CACHE_DIR: '/cache' }
  expect(appFolders(env)).toEqual({ data: '/数据', cache: '/cache' })
})
