// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, test } from 'vitest'
import { type Component, defineComponent, h, nextTick, shallowReactive } from 'vue'
import type { Message } from '@shared/chat.ts'
import { type MessageId, chatId, messageId } from '@shared/ids.ts'
import type { Locale } from '@shared/settings.ts'
import type { Reading } from '../../../../src-renderer/components/messages/live-replies.ts'
import {
  type MessageActions,
  messageActionsKey,
} from '../../../../src-renderer/components/messages/message-actions.ts'
import MessageItem from '../../../../src-renderer/components/messages/MessageItem.vue'
import MessageList from '../../../../src-renderer/components/messages/MessageList.vue'
import { createAppI18n } from '../../../../src-renderer/i18n.ts'

const base: Message = {
  id: messageId('m1'),
  chatId: chatId('c1'),
  parentId: null,
  role: 'assistant',
  text: 'An **answer**.',
  status: 'done',
  createdAtMs: 0,
  model: 'ChatGLM2-6B',
  seed: 7,
  statistics: null,
  failure: null,
  sampling: null,
  version: 1,
  versionCount: 1,
}

const statistics = {
  promptTokens: 3120,
  reusedTokens: 2048,
  restoredTokens: 1024,
  restoreMs: 31,
  generatedTokens: 412,
  draftedTokens: 96,
  acceptedTokens: 81,
  timeToFirstTokenMs: 412,
  promptTokensPerSecond: 96.2,
  tokensPerSecond: 18.23,
  seed: 42,
}

function mountItem(changes: Partial<Message>, locale: Locale = 'en') {
  const calls: unknown[][] = []
  const record =
    (name: string) =>
    (...values: unknown[]) =>
      void calls.push([name, ...values])
  const actions: MessageActions = {
    edit: record('edit'),
    regenerate: record('regenerate'),
    continueReply: record('continue'),
    chooseVersion: ({ id }, step) => void calls.push(['version', id, step]),
    fork: record('fork'),
    remove: record('remove'),
  }
  const texts = shallowReactive(new Map<MessageId, string>())
  const readings = shallowReactive(new Map<MessageId, Reading>())
  const message: Message = { ...base, ...changes }
  const props = { message, live: { texts, readings }, isFirstVisible: false, isHighlighted: false }
  const item: Component = defineComponent(
    (outer: { changes: Partial<typeof props> }) => () =>
      h(MessageItem, { ...props, ...outer.changes }),
    { props: { changes: { type: null, required: true } } },
  )
  const wrapper = mount(item, {
    props: { changes: {} },
    global: { plugins: [createAppI18n(locale)], provide: { [messageActionsKey]: actions } },
    attachTo: document.body,
  })
  return { wrapper, calls, texts, readings, message }
}

afterEach(() => {
  document.body.replaceChildren()
})

describe('a question', () => {
  test('is shown as it was typed, not as markdown', () => {
    const { wrapper } = mountItem({ role: 'user', text: '# not a *heading*\n<b>x</b>' })
    expect(wrapper.get('.text').element.textContent).toBe('# not a *heading*\n<b>x</b>')
  })

  test('folds a long paste and shows it on request', async () => {
    const { wrapper } = mountItem({ role: 'user', text: 'line\n'.repeat(50) })
    expect(wrapper.get('.text').classes()).toContain('folded')
    await wrapper.get('.fold').trigger('click')
    expect(wrapper.get('.text').classes()).not.toContain('folded')
  })

  test('sends what it was changed to, and nothing when it was not changed', async () => {
    const { wrapper, calls } = mountItem({ role: 'user', text: 'One' })
    await wrapper.get('[data-edit]').trigger('click')
    await wrapper.get('form').trigger('submit')
    expect(calls).toEqual([])
    await wrapper.get('[data-edit]').trigger('click')
    await wrapper.get('textarea').setValue('Two')
    await wrapper.get('textarea').trigger('keydown', { key: 'Enter' })
    expect(calls).toEqual([['edit', base.id, 'Two']])
  })

  test('is not sent by the Enter that ends a composition', async () => {
    const { wrapper, calls } = mountItem({ role: 'user', text: 'One' })
    await wrapper.get('[data-edit]').trigger('click')
    await wrapper.get('textarea').setValue('你好')
    await wrapper.get('textarea').trigger('keydown', { key: 'Enter', isComposing: true })
    expect(calls).toEqual([])
    expect(wrapper.find('textarea').exists()).toBe(true)
  })

  test('stays as it was when the editing is given up', async () => {
    const { wrapper, calls } = mountItem({ role: 'user', text: 'One' })
    await wrapper.get('[data-edit]').trigger('click')
    await wrapper.get('textarea').setValue('Two')
    await wrapper.get('textarea').trigger('keydown', { key: 'Escape' })
    expect(wrapper.get('.text').text()).toBe('One')
    expect(calls).toEqual([])
  })
})

describe('a reply', () => {
  test('shows how much of a long prompt is read, then its text as it comes', async () => {
    const { wrapper, texts, readings, message } = mountItem({ text: '', status: 'writing' })
    expect(wrapper.find('.caret').exists()).toBe(true)
    readings.set(message.id, { readTokens: 1560, promptTokens: 3120 })
    await nextTick()
    expect(wrapper.get('.reading').text()).toMatch(/Reading 3,120 tokens\s+· 50%/)
    texts.set(message.id, 'Some **bold')
    await nextTick()
    expect(wrapper.find('.caret').exists()).toBe(false)
    expect(wrapper.text()).toContain('Some **bold')
    texts.set(message.id, 'Some **bold** text')
    await nextTick()
    expect(wrapper.get('strong').text()).toBe('bold')
  })

  test.each([
    ['cancelled', 'You stopped this reply.'],
    ['interrupted', 'The app ended while this reply was being written.'],
    ['length', 'The reply reached its maximum length.'],
    ['failed', 'The reply ended early. The graphics driver stopped.'],
  ] as const)('that was %s says so and can be continued or written again', async (status, text) => {
    const failure = { code: 'test.unknown', message: 'The graphics driver stopped.' }
    const { wrapper, calls } = mountItem({ status, failure })
    expect(wrapper.get('.sentence').text()).toContain(text)
    for (const button of wrapper.get('.ending').findAll('button')) await button.trigger('click')
    expect(calls).toEqual([
      ['continue', base.id],
      ['regenerate', base.id],
    ])
  })

  test('of which nothing came can only be written again', () => {
    const { wrapper } = mountItem({ status: 'cancelled', text: '' })
    expect(
      wrapper
        .get('.ending')
        .findAll('button')
        .map((button) => button.text()),
    ).toEqual(['Write again'])
  })

  test('with versions steps through them, and not beyond the last', async () => {
    const { wrapper, calls } = mountItem({ version: 3, versionCount: 3 })
    const [previous, next] = wrapper.get('.versions').findAll('button')
    expect(wrapper.get('.version').text()).toBe('3/3')
    expect(next?.attributes('disabled')).toBeDefined()
    await previous?.trigger('click')
    expect(calls).toEqual([['version', base.id, -1]])
  })

  test('tells its speed, in the numbers of the language', () => {
    const { wrapper } = mountItem({ statistics })
    expect(wrapper.get('.details').text()).toBe('18.2 tok/s · 0.4 s')
  })

  test.each(['en', 'zh-CN', 'zh-TW'] as const)('has a name on each button (%s)', (locale) => {
    const { wrapper } = mountItem(
      { statistics, versionCount: 2, text: '```js\nx\n```\n\n$$x$$' },
      locale,
    )
    const names = wrapper
      .findAll('button')
      .map((button) => button.attributes('aria-label') ?? button.text())
    expect(names.length).toBeGreaterThan(6)
    for (const name of names) expect(name).not.toMatch(/^$|messages\./)
  })
})

describe('the list', () => {
  function mountList(messages: Message[]) {
    return mount(MessageList, {
      props: { messages, streaming: new Map(), readings: new Map(), firstVisibleMessageId: null },
      global: { plugins: [createAppI18n('en')] },
      attachTo: document.body,
    })
  }

  test('says a reply once when it has ended, and nothing while it is written', async () => {
    const question: Message = { ...base, id: messageId('q'), role: 'user', text: 'Why?' }
    const wrapper = mountList([question, { ...base, text: '', status: 'writing' }])
    await nextTick()
    expect(wrapper.get('[aria-live]').text()).toBe('')
    await wrapper.setProps({ messages: [question, { ...base, text: 'Half', status: 'writing' }] })
    expect(wrapper.get('[aria-live]').text()).toBe('')
    await wrapper.setProps({ messages: [question, { ...base, text: 'A **whole** reply.' }] })
    expect(wrapper.get('[aria-live]').text()).toBe('The reply has ended. A whole reply.')
  })

  test('does not say replies that had ended before', () => {
    expect(mountList([base]).get('[aria-live]').text()).toBe('')
  })
})
