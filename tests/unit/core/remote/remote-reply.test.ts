import type { ServerResponse } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { RemoteClient } from '../../../../src-main/core/remote/remote-client.ts'
import { RemoteReply } from '../../../../src-main/core/remote/remote-reply.ts'
import type { ProxySetting } from '../../../../src-main/shared/settings.ts'
import { startRemoteServer, streamWords } from '../../../fakes/remote-server.ts'
import { startHttpProxy } from '../../../fakes/test-proxies.ts'

async function startServer(answer: (response: ServerResponse) => void, proxy: ProxySetting) {
  const server = await startRemoteServer((_, response) => answer(response))
  onTestFinished(() => server.close())
  const network = { proxy, certificateFile: null }
  return { ...{ address: server.address, key: null, network }, patienceMs: 300 }
}

/** What arrives of a reply, and how it fails. */
async function read(options: Awaited<ReturnType<typeof startServer>>, patienceMs?: number) {
  const reply = new RemoteReply({
    ...options,
    ...(patienceMs === undefined ? {} : { patienceMs }),
    ...{ model: 'big', preamble: '', rounds: [], question: '你好', sampling: {} },
  })
  let text = ''
  try {
    for await (const event of reply.write('', new AbortController().signal))
      if (event.type === 'text') text += event.text
    return { text, code: null }
  } catch (error) {
    return { text, code: error instanceof Error && 'code' in error ? error.code : error }
  }
}

test('a server that never answers is given up', async () => {
  const options = await startServer(() => undefined, { type: 'none' })
  expect(await read(options)).toEqual({ text: '', code: 'remote.timeout' })
  const client = await RemoteClient.open(options)
  await expect(client.models()).rejects.toMatchObject({ code: 'remote.timeout' })
  client.close()
})

test('what came is kept of a server that falls silent', async () => {
  const options = await startServer((response) => streamWords(response, ['你', '好'], false), {
    type: 'none',
  })
  expect(await read(options)).toEqual({ text: '你好', code: 'remote.cut_off' })
})

test('a server that is slow but goes on is waited for', async () => {
  const options = await startServer(
    (response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      let count = 0
      const timer = setInterval(() => {
        if (count++ < 8) return response.write(': still reading\n\n')
        clearInterval(timer)
        response.write(`data: ${JSON.stringify({ choices: [{ delta: { content: '好' } }] })}\n\n`)
        response.end('data: [DONE]\n\n')
      }, 300)
    },
    { type: 'none' },
  )
  expect(await read(options, 2000)).toEqual({ text: '好', code: null })
})

test('a server is reached through the proxy of the settings', async () => {
  const proxy = await startHttpProxy()
  const options = await startServer((response) => streamWords(response, ['好']), {
    type: 'manual',
    url: `http://127.0.0.1:${proxy.port}`,
  })
  expect(await read(options, 10_000)).toEqual({ text: '好', code: null })
  expect(proxy.targets).toEqual([new URL(options.address).host])
})
