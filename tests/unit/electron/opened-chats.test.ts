import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { OpenedChats } from '../../../src-main/electron/opened-chats.ts'
import { longestImport } from '../../../src-main/shared/transfer.ts'

test('gives each file once, and says what is wrong with one that cannot be read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const opened = new OpenedChats()
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  expect(await opened.take()).toBeNull()

  opened.offer(file('对话 一.chatglm', '你好'))
  opened.offer(join(folder, 'gone.chatglm'))
  const large = file('large.chatglm', '')
  truncateSync(large, longestImport + 1) // a hole, which takes no room
  opened.offer(large)
  expect(await opened.take()).toEqual({ fileName: '对话 一.chatglm', text: '你好' })
  await expect(opened.take()).rejects.toMatchObject({ code: 'transfer.unreadable' })
  await expect(opened.take()).rejects.toMatchObject({ code: 'transfer.too_large' })
  expect(await opened.take()).toBeNull()
})
