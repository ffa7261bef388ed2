import { copyFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AdapterChoice, InstalledAdapter } from '../../src-main/shared/adapters.ts'
import type { Message } from '../../src-main/shared/chat.ts'
import { modelId, newChatId, newMessageId } from '../../src-main/shared/ids.ts'
import { writeLoraFolder, writePrefixFolder } from '../fakes/adapter-folders.ts'
import { newDataFolder, startTestApp, type TestApp } from '../fakes/test-app.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

const sampling = { temperature: 0, maxNewTokens: 16 }

describe.skipIf(!hasRealEngine)('adapters in the real engine', () => {
  let fixture: TestApp
  const added = new Map<string, InstalledAdapter>()

  beforeAll(async () => {
    fixture = await startTestApp({}, newDataFolder(), engineFile)
    await fixture.ask('settings.write', { changes: { sampling, threads: 1 } })
    await fixture.ask('model.load', { modelId: modelId('demo') })
    await fixture.waitFor('model.changed', ({ state }) => state.type === 'ready')
    const folder = (name: string) => join(fixture.dataFolder, '训练', name)
    await writePrefixFolder(folder('prefix'))
    await writeLoraFolder(folder('lora'))
    await writeLoraFolder(folder('other'), 256)
    for (const name of ['prefix', 'lora', 'other'])
      added.set(name, await fixture.ask('adapter.add', { path: folder(name) }))
    await rm(folder(''), { recursive: true })
  })
  afterAll(() => fixture.app.close())

  function choiceOf(name: string, scale = 1): AdapterChoice {
    const adapter = added.get(name)
    if (!adapter) throw new Error(`${name} was not added.`)
    return { adapterId: adapter.id, name, scale }
  }

  /** What a new chat answers. */
  async function answer(adapter?: AdapterChoice): Promise<Message> {
    const chatId = newChatId()
    await fixture.ask('chat.create', { chatId, settings: adapter ? { adapter } : {} })
    const ids = { questionId: newMessageId(), replyId: newMessageId() }
    await fixture.ask('chat.send', { chatId, ...ids, text: 'Who are you?' })
    const { message } = await fixture.waitFor(
      'reply.finished',
      ({ message: { id } }) => id === ids.replyId,
    )
    expect(message.failure).toBeNull()
    return message
  }

  test('what was added tells what it is, in a file of its own', async () => {
    expect(added.get('prefix')?.description).toEqual({ type: 'prefix', prefixLength: 8 })
    expect(added.get('lora')?.description).toEqual({ type: 'lora', rank: 4 })
    expect(await readdir(join(fixture.dataFolder, 'adapters'))).toHaveLength(3)
  })

  test('a chat is written with its own, and the same each time', async () => {
    const alone = await answer()
    const prefixed = await answer(choiceOf('prefix'))
    const changed = await answer(choiceOf('lora'))
    const texts = [alone.text, prefixed.text, changed.text]
    expect(new Set(texts).size).toBe(3)
    expect((await answer(choiceOf('prefix'))).text).toBe(prefixed.text)
    expect((await answer(choiceOf('lora'))).text).toBe(changed.text)
    expect((await answer()).text).toBe(alone.text)
    // Nothing is added at all at a strength of 0.
    expect((await answer(choiceOf('lora', 0))).text).toBe(alone.text)
  })

  test('a prefix takes of the context what it says', async () => {
    const tokensOf = async (adapter?: AdapterChoice): Promise<number> => {
      const chatId = newChatId()
      await fixture.ask('chat.create', { chatId, settings: adapter ? { adapter } : {} })
      return (await fixture.ask('chat.count_context', { chatId, text: 'Who?' })).promptTokens
    }
    expect((await tokensOf(choiceOf('prefix'))) - (await tokensOf())).toBe(8)
    expect(await tokensOf(choiceOf('lora'))).toBe(await tokensOf())
  })

  test('one for another network is refused, and is not stored', async () => {
    const chatId = newChatId()
    await fixture.ask('chat.create', { chatId })
    const settings = { adapter: choiceOf('other') }
    const chosen = fixture.ask('chat.write_settings', { chatId, settings })
    await expect(chosen).rejects.toThrow(/trained for another/)
    expect((await fixture.ask('chat.read', { chatId })).settings).toEqual({})
  })

  test('one in a GGUF file is taken as it is', async () => {
    const lora = added.get('lora')
    if (!lora) throw new Error('lora was not added.')
    const file = join(fixture.dataFolder, 'lora 文件.gguf')
    await copyFile(join(fixture.dataFolder, 'adapters', lora.id, 'lora.gguf'), file)
    const again = await fixture.ask('adapter.add', { path: file })
    expect(again).toEqual({ ...lora, sizeBytes: (await stat(file)).size })
    const model = fixture.ask('adapter.add', { path: join(fixture.dataFolder, 'none.gguf') })
    await expect(model).rejects.toMatchObject({ code: 'engine.file_not_found' })
  })

  test('a folder without any is refused with the reason, and leaves nothing', async () => {
    const added = fixture.ask('adapter.add', { path: modelPath })
    await expect(added).rejects.toThrow(/holds no adapter/)
    expect(await readdir(join(fixture.dataFolder, 'adapters'))).toHaveLength(3)
  })
})
