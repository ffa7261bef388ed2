import { type AppContext, h, render } from 'vue'
import type { Message } from '@shared/chat.ts'
import { chatId, messageId } from '@shared/ids.ts'
import MessageList from './MessageList.vue'

/** So many drawings bring the code to its speed; each is short enough to come between two keys. */
const drawings = 20

const text = [
  '**ChatGLM2** reads *markdown*: `code`, [links](https://example.org) and lists. 你好，这是一段中文。',
  '- one\n- two\n\n1. three\n2. four\n\n> A quotation.\n\n### A heading',
].join('\n\n')

function sample(role: Message['role']): Message {
  return {
    ...{ id: messageId(role), chatId: chatId('sample'), parentId: null, role, text },
    ...{ status: 'done', createdAtMs: 0, model: null, seed: null, statistics: null },
    ...{ failure: null, sampling: null, version: 1, versionCount: 1 },
  }
}

function draw(context: AppContext): void {
  const list = h(MessageList, {
    messages: [sample('user'), sample('assistant')],
    streaming: new Map(),
    readings: new Map(),
    firstVisibleMessageId: null,
  })
  list.appContext = context
  const nowhere = document.createElement('div')
  render(list, nowhere)
  render(null, nowhere)
}

/**
 * Draws a few messages outside the page while nothing else is to be done. The first long chat that is
 * opened then finds its code compiled, which is most of what it would wait for.
 */
export function warmUpMessages(context: AppContext): void {
  if (!('requestIdleCallback' in window)) return // Safari, which has none, starts cold
  let left = drawings
  const go = () => {
    draw(context)
    left -= 1
    if (left > 0) requestIdleCallback(go)
  }
  requestIdleCallback(go)
}
