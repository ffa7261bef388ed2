import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { builtInTools } from '../../../../src-main/shared/tools.ts'
import { chatId, messageId, modelId } from '../../../../src-main/shared/ids.ts'
import { newDataFolder, startTestApp } from '../../../fakes/test-app.ts'
import { chatGlm3 } from './loaded-chatglm3.ts'

const chat = chatId('chat')
const content = "```python\ntool_call(expression='1+1')\n```"

test('asks ChatGLM3 with its tools, and goes on with the result of a call', async () => {
  const dataFolder = newDataFolder()
  mkdirSync(dataFolder, { recursive: true })
  const requestLog = join(dataFolder, 'requests')
  const answers = { 'How much?': `calculator\n ${content}`, '{"result":2}': 'It is 2.' }
  const script = { requestLog, answers, results: { 'model.load': chatGlm3 } }
  const { app, ask, waitFor } = await startTestApp(script, dataFolder)
  onTestFinished(() => app.close())
  await ask('model.load', { modelId: modelId('demo') })
  await waitFor('model.changed', ({ state }) => state.type === 'ready')
  await ask('chat.create', { chatId: chat })
  await ask('chat.write_settings', { chatId: chat, settings: { tools: [...builtInTools] } })
  const say = async (name: string, text: string) => {
    const replyId = messageId(`r${name}`)
    await ask('chat.send', { chatId: chat, questionId: messageId(`q${name}`), replyId, text })
    return (await waitFor('reply.finished', ({ message }) => message.id === replyId)).message.text
  }
  expect(await say('1', 'How much?')).toBe(`calculator\n ${content}`)
  const { result } = await ask('tool.run', { name: 'calculator', content })
  expect(result).toBe('{"result":2}')
  expect(await say('2', result)).toBe('It is 2.')

  const lines = readFileSync(requestLog, 'utf8').split('\n')
  const last = lines.findLast((line) => line.includes('chat.generate')) ?? ''
  const { messages } = JSON.parse(last.slice(last.indexOf('{'))) as { messages: unknown }
  expect(messages).toMatchObject([
    { role: 'system', content: expect.stringContaining('"name": "calculator"') as string },
    { role: 'user', content: 'How much?' },
    { role: 'assistant', content, tool: 'calculator' },
    { role: 'observation', content: '{"result":2}' },
  ])
})
