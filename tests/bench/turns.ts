import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import type { ChatMessage } from '../../src-main/shared/engine-api.ts'
import { modelPath } from '../integration/real-engine.ts'
import { withFreshEngine } from './memory.ts'

const turnsOfAChat = 20

/** Memory of an engine with the demo model after so many turns of chats, one after the other. */
export async function measureTurns(counts: number[]): Promise<(number | null)[]> {
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-bench-'))
  try {
    return await withFreshEngine(async (client, readMemory) => {
      const path = await prepareModel(client, modelPath, { modelsFolder: folder, type: 'source' })
      const conversationCache = { folder: join(folder, 'conversations'), limitBytes: 1 << 20 }
      await client.request('model.load', { path, threads: 1, conversationCache })
      const memory: (number | null)[] = []
      let messages: ChatMessage[] = []
      for (let turn = 1; turn <= Math.max(...counts); turn += 1) {
        if (turn % turnsOfAChat === 1) messages = []
        messages.push({ role: 'user', content: `第 ${turn} 个问题：${turn * 7919} 是什么？` })
        const sampling = { seed: turn, maxNewTokens: 24 }
        const { text } = await client.request('chat.generate', { messages, sampling })
        messages.push({ role: 'assistant', content: text })
        if (counts.includes(turn)) memory.push(await readMemory())
      }
      return memory
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
