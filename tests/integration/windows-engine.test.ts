import { existsSync, mkdtempSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { EngineStartError } from '../../src-main/core/engine/engine-handshake.ts'
import { hasWine, type WindowsEngine, WindowsComputer, winePath } from './windows-engine.ts'

const demoModel = join(import.meta.dirname, '../../resources/demo-model')

async function goldenReplies(): Promise<{ query: string; reply: string }[]> {
  const item = z.object({ query: z.string(), reply: z.string(), history: z.array(z.unknown()) })
  const text = await readFile(join(demoModel, 'expected.json'), 'utf8')
  const { items } = z.object({ items: z.array(item) }).parse(JSON.parse(text))
  return items.filter(({ history }) => history.length === 0)
}

describe.skipIf(!hasWine)('the engine for Windows', () => {
  const computer = new WindowsComputer(mkdtempSync(join(tmpdir(), 'chatglm-聊天 引擎-')))
  let engine: WindowsEngine

  beforeAll(async () => {
    await computer.setUp()
    engine = await computer.startEngine('the-token')
  }, 600_000)

  afterAll(async () => {
    await computer.remove()
  }, 60_000)

  test('greets through a named pipe with its token', () => {
    expect(engine.hello.token).toBe('the-token')
    expect(engine.hello.llamaVersion).not.toBe('')
  })

  test('finds a processor module in a folder with Chinese letters and spaces', async () => {
    const { devices } = await engine.client.request('engine.devices', {})
    expect(devices.map(({ kind }) => kind)).toEqual(['cpu'])
  })

  test('converts, loads and chats word for word from a path with Chinese letters', async () => {
    const path = join(computer.folder, '模型 一 (int4).gguf')
    await engine.client.request('model.convert', {
      source: winePath(join(demoModel, 'int4')),
      destination: winePath(path),
      type: 'source',
    })
    expect(existsSync(path)).toBe(true)

    const model = await engine.client.request('model.load', { path: winePath(path), threads: 1 })
    expect(model.memory).toMatchObject([{ device: 'CPU' }])
    for (const { query, reply } of (await goldenReplies()).slice(0, 12)) {
      const result = await engine.client.request('chat.generate', {
        messages: [{ role: 'user', content: query }],
        sampling: { temperature: 0 },
      })
      expect(result.text).toBe(reply)
    }
  })

  test('names a file that is missing as the system spells it', async () => {
    const path = winePath(join(computer.folder, '没有.gguf'))
    await expect(engine.client.request('model.load', { path })).rejects.toThrow(`没有.gguf`)
  })

  test('ends when its pipe closes', async () => {
    expect(await engine.end()).toBe(0)
  })

  test('is refused when its token is another', async () => {
    await expect(computer.startEngine('another-token', 'the-token')).rejects.toThrow(
      EngineStartError,
    )
  })
})
