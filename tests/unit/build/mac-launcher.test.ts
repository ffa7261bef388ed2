import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'

const launcher = join(import.meta.dirname, '../../../build/resources/mac/chatglm')

test.skipIf(process.platform === 'win32')(
  'the launcher for macOS finds the app behind links, and passes on what was typed',
  async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'chatglm-test-')))
    const contents = join(folder, 'Apps 应用/ChatGLM Desktop.app/Contents')
    for (const name of ['MacOS', 'Resources/bin'])
      mkdirSync(join(contents, name), { recursive: true })
    const app = join(contents, 'MacOS/ChatGLM Desktop')
    writeFileSync(app, '#!/bin/sh\nfor each in "$0" "$@"; do echo "$each"; done\n')
    chmodSync(app, 0o755)
    const inside = join(contents, 'Resources/bin/chatglm')
    copyFileSync(launcher, inside)
    mkdirSync(join(folder, 'bin'))
    symlinkSync(inside, join(folder, 'absolute'))
    symlinkSync('../absolute', join(folder, 'bin/chatglm'))

    for (const file of [inside, join(folder, 'bin/chatglm')]) {
      const { stdout } = await execa(file, ['chat', '-p', '你 好 "'])
      expect(stdout.split('\n')).toEqual([app, '--cli', 'chat', '-p', '你 好 "'])
    }
  },
)
