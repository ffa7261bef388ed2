/**
 * Requests in the form in which programs send them, written after their sources (field names,
 * defaults, headers), not recorded. Each asks for a stream, as these programs do.
 */

export interface ClientRequest {
  body: Record<string, unknown>
  headers: Record<string, string>
}

const limited = { max_tokens: 24 }

/** ChatGPT-Next-Web: all sliders are sent, the penalties as 0. */
export const nextChatRequest: ClientRequest = {
  headers: { Accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' },
  body: {
    messages: [
      { role: 'system', content: '\nYou are ChatGPT.\nCurrent model: gpt-3.5-turbo\n' },
      { role: 'user', content: '你好' },
    ],
    stream: true,
    model: 'gpt-3.5-turbo',
    temperature: 0.5,
    presence_penalty: 0,
    frequency_penalty: 0,
    top_p: 1,
    ...limited,
  },
}

/** Chatbox: contents are lists of parts. */
export const chatBoxRequest: ClientRequest = {
  headers: { 'HTTP-Referer': 'https://chatboxai.app', 'X-Title': 'Chatbox AI' },
  body: {
    model: 'chatglm2-6b',
    messages: [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: [{ type: 'text', text: '你好' }] },
    ],
    temperature: 0.7,
    stream: true,
    stream_options: { include_usage: false },
    ...limited,
  },
}

/** OpenCat and others of its kind: a whole conversation, null for what is left open. */
export const openCatRequest: ClientRequest = {
  headers: { 'User-Agent': 'OpenCat/2.0' },
  body: {
    model: 'gpt-3.5-turbo',
    messages: [
      { role: 'user', content: '你好' },
      { role: 'assistant', content: '你好！' },
      { role: 'user', content: '你是谁' },
    ],
    stream: true,
    temperature: null,
    top_p: null,
    stop: null,
    user: 'someone',
    logit_bias: null,
    tools: [],
    ...limited,
  },
}
