// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { ChatSettings } from '@shared/chat.ts'
import type { ModelState } from '@shared/models.ts'
import { defaultSettings } from '@shared/settings.ts'
import { parseTools } from '@shared/parse-tools.ts'
import { builtInTools, type ToolCall } from '@shared/tools.ts'
import ChatSettingsDialog from '../../../../src-renderer/components/chat/ChatSettingsDialog.vue'
import { chatToolsKey } from '../../../../src-renderer/components/messages/chat-tools.ts'
import ToolCallMessage from '../../../../src-renderer/components/messages/ToolCallMessage.vue'
import { description, installed } from '../models/sample-models.ts'
import { readyModel } from '../settings/ready-model.ts'
import { typeInto } from '../settings/type-into.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)

const third: ModelState = {
  ...{ type: 'ready', modelId: installed.id },
  loaded: {
    ...{ description: { ...description, family: 'chatglm3' }, memory: [] },
    ...{ contextLength: 8192, threads: 4 },
  },
}
const weather = { name: 'get_weather', description: 'Weather', parameters: { type: 'object' } }
const text = () => document.body.textContent

async function openSettings(model: ModelState, settings: ChatSettings = {}) {
  const changes: ChatSettings[] = []
  const dialog = defineComponent(
    () => () =>
      h(ChatSettingsDialog, {
        ...{ open: true, settings, defaults: defaultSettings },
        onChange: (changed: ChatSettings) => changes.push(changed),
      }),
  )
  await mountInApp(dialog, { snapshot: { model } })
  await flushPromises()
  return changes
}

test('lets ChatGLM3 have the tools of the app and such as a person describes', async () => {
  const changes = await openSettings(third)
  expect(text()).toContain('System text')
  findByName('switch', 'Calculator').click()
  await flushPromises()
  expect(changes.at(-1)?.tools?.map(({ name }) => name)).toEqual(['calculator'])

  await typeInto('Tools of your own', '[{"name": "a"}]')
  await flushPromises()
  expect(text()).toContain('This is no list of tools')
  await typeInto('Tools of your own', JSON.stringify([weather]))
  await flushPromises()
  expect(changes.at(-1)?.tools).toEqual([weather])
})

test('offers no tools to a model that calls none', async () => {
  await openSettings(readyModel)
  expect(text()).not.toContain('Tools of your own')
  expect(text()).toContain('Text before the first question')
})

test('reads tools as ChatGLM3 and as OpenAI write them, and nothing else', () => {
  expect(parseTools('')).toEqual([])
  expect(parseTools(JSON.stringify([weather]))).toEqual([weather])
  expect(parseTools(JSON.stringify([{ type: 'function', function: weather }]))).toEqual([weather])
  const wrong = ['x', '{}', '[1]', '[{"name":"two words","description":"","parameters":{}}]']
  for (const one of [...wrong, JSON.stringify([weather, weather])])
    expect(parseTools(one)).toBeNull()
})

async function showCall(name: string) {
  const call: ToolCall = { name, content: "```python\ntool_call(expression='1+1')\n```" }
  const answer = vi.fn()
  const run = vi.fn(async () => '{"result":2}')
  const nothing = () => null
  const shown = defineComponent({
    provide: {
      [chatToolsKey as symbol]: { ...{ answer, run }, callOf: nothing, resultOf: nothing },
    },
    setup: () => () => h(ToolCallMessage, { call, isOpen: true }),
  })
  await mountInApp(shown)
  await flushPromises()
  return { answer, run, call }
}

test('runs a tool of the app and gives its result', async () => {
  const { answer, run, call } = await showCall(builtInTools[0]?.name ?? '')
  expect(text()).toContain('Calls calculator')
  expect(text()).toContain("expression='1+1'")
  findByName('button', 'Run and go on').click()
  await flushPromises()
  expect(run).toHaveBeenCalledWith(call)
  expect(answer).toHaveBeenCalledWith('{"result":2}')
})

test('takes the result of any tool by hand', async () => {
  const { answer } = await showCall('get_weather')
  expect(text()).not.toContain('Run and go on')
  await typeInto('Result', '21')
  findByName('button', 'Give the result').click()
  await flushPromises()
  expect(answer).toHaveBeenCalledWith('21')
})
