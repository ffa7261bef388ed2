import { createServer, request } from 'node:http'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { defaultSettings } from '../../../../src-main/shared/settings.ts'
import { newDataFolder, startTestApp } from '../../../fakes/test-app.ts'

/** A port that was free a moment ago. */
async function freePort(): Promise<{ port: number; free: () => Promise<unknown> }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { port, free: () => once(server.close(), 'close') }
}

test('listens while the setting says so, by the token that the app shows', async () => {
  const { app, ask, waitFor, events } = await startTestApp()
  onTestFinished(() => app.close())
  const { port, free } = await freePort()
  const api = { ...defaultSettings.api, isOn: true, port }
  /** On a connection of its own, since the API ends all of them when the token changes. */
  const models = (token: string) =>
    new Promise<{ status: number }>((resolve, reject) => {
      const headers = { Authorization: `Bearer ${token}` }
      const asked = request(
        `http://127.0.0.1:${port}/v1/models`,
        { headers, agent: false },
        (answer) => resolve({ status: answer.resume().statusCode ?? 0 }),
      )
      asked.on('error', reject).end()
    })

  expect((await ask('api.read', {})).state).toEqual({ type: 'off' })
  await ask('settings.write', { changes: { api } })
  const { state } = await waitFor('api.changed', (told) => told.state.type === 'failed')
  expect(state).toMatchObject({ failure: { code: 'api.port_taken' } })

  await free()
  await ask('settings.write', { changes: { api: { ...api, isOn: false } } })
  await ask('settings.write', { changes: { api } })
  await waitFor('api.changed', (told) => told.state.type === 'on')
  const { token } = await ask('api.read', {})
  expect((await models(token)).status).toBe(200)
  expect((await models('sk-wrong')).status).toBe(401)

  const renewed = await ask('api.renew_token', {})
  expect((await models(token)).status).toBe(401)
  expect((await models(renewed.token)).status).toBe(200)
  await waitFor('api.requested', ({ entry }) => entry.number === 4)
  const { requests } = await ask('api.read', {})
  expect(requests.map(({ status }) => status)).toEqual([200, 401, 401, 200])
  await ask('api.forget_requests', {})
  expect((await ask('api.read', {})).requests).toEqual([])

  await ask('settings.write', { changes: { api: { ...api, isOn: false } } })
  await expect
    .poll(() => events.findLast(({ event }) => event === 'api.changed'))
    .toMatchObject({ payload: { state: { type: 'off' } } })
  await expect(models(renewed.token)).rejects.toThrow()
})

test('loads the model again for a program that asks after a crash', async () => {
  const dataFolder = newDataFolder()
  const path = join(dirname(dataFolder), 'model.gguf')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'GGUF')
  const crashOnceAt = { content: 'crash', file: join(dirname(dataFolder), 'crashed') }
  const { app, ask, waitFor } = await startTestApp({ crashOnceAt }, dataFolder)
  onTestFinished(() => app.close())
  const { port, free } = await freePort()
  await free()
  await ask('model.open', { path })
  await waitFor('model.changed', ({ state }) => state.type === 'ready')
  const api = { ...defaultSettings.api, isOn: true, needsToken: false, port }
  await ask('settings.write', { changes: { api } })
  await waitFor('api.changed', ({ state }) => state.type === 'on')
  const post = (content: string) =>
    fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ messages: [{ role: 'user', content }] }),
    })
  expect((await post('crash')).status).toBe(503)
  await waitFor('model.changed', ({ state }) => state.type === 'failed')
  expect((await post('again')).status).toBe(200)
})
