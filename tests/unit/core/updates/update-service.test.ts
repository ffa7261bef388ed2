import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { AppEventBus } from '../../../../src-main/core/app/app-events.ts'
import type { Release } from '../../../../src-main/core/updates/release-metadata.ts'
import type { DownloadingUpdate } from '../../../../src-main/core/updates/update-means.ts'
import { UpdateService } from '../../../../src-main/core/updates/update-service.ts'
import type { EventMessage } from '../../../../src-main/shared/app-api.ts'
import { AppError } from '../../../../src-main/shared/errors.ts'
import { completionId } from '../../../../src-main/shared/ids.ts'
import { defaultSettings } from '../../../../src-main/shared/settings.ts'

const release: Release = {
  version: '1.1.0',
  files: [{ url: 'app.AppImage', size: 1000, sha512: 'AAAA', sha256: 'a'.repeat(64) }],
  path: 'app.AppImage',
  sha512: 'AAAA',
  releaseDate: '2026-11-27T08:00:00.000Z',
}
const dayMs = 86_400_000
const chatsChanged: EventMessage = { event: 'chats.changed', payload: { chatIds: null } }

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A service between a page and an installer that do as the test says. */
function createService(options: { checkedAtMs?: number; isByHand?: boolean } = {}) {
  const events = new AppEventBus()
  const seen: string[] = []
  events.subscribe(({ event, payload }) => {
    if (event === 'update.changed' && 'state' in payload) seen.push(payload.state.type)
  })
  const outside = {
    asked: 0,
    installed: 0,
    replies: 0,
    found: (): Release | null => release,
    download: (async () => undefined) as (downloading: DownloadingUpdate) => Promise<void>,
    checkForUpdates: false,
    checkedAtMs: options.checkedAtMs ?? null,
  }
  const listeners: (() => void)[] = []
  const service = new UpdateService({
    events,
    feed: {
      findNewer: async () => {
        outside.asked += 1
        const found = outside.found()
        outside.checkedAtMs = Date.now()
        return found
      },
    },
    installer:
      options.isByHand === true
        ? null
        : {
            download: (_, downloading) => outside.download(downloading),
            install: async () => void (outside.installed += 1),
          },
    pageUrl: ({ version }) => `https://page.example/tag/v${version}`,
    sizeBytes: () => 1000,
    settings: {
      read: () => ({ ...defaultSettings, checkForUpdates: outside.checkForUpdates }),
      onChange: (listener) => void listeners.push(listener),
    },
    log: { info: () => undefined, error: () => undefined },
    checkedAtMs: () => outside.checkedAtMs,
    isReplying: () => outside.replies > 0,
  })
  service.begin()
  const allow = (isAllowed: boolean) => {
    outside.checkForUpdates = isAllowed
    listeners.forEach((listener) => listener())
  }
  const endReplies = (told: EventMessage = chatsChanged) => {
    outside.replies = 0
    events.emit(told)
  }
  return { service, outside, seen, allow, endReplies }
}

async function readyService() {
  const created = createService()
  await created.service.check()
  created.service.download()
  await vi.advanceTimersByTimeAsync(0)
  expect(created.service.read().type).toBe('ready')
  return created
}

test('asks nobody until a person says so', async () => {
  const { outside } = createService()
  await vi.advanceTimersByTimeAsync(30 * dayMs)
  expect(outside.asked).toBe(0)
})

test('asks once a day while it is allowed, and downloads nothing unasked', async () => {
  const { service, outside, allow, seen } = createService()
  allow(true)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(outside.asked).toBe(1)
  await vi.advanceTimersByTimeAsync(3 * dayMs)
  expect(outside.asked).toBe(4)
  expect(service.read()).toMatchObject({ type: 'available', offer: { version: '1.1.0' } })
  expect(seen).not.toContain('downloading')
  allow(false)
  await vi.advanceTimersByTimeAsync(10 * dayMs)
  expect(outside.asked).toBe(4)
})

test('asks at most once a day over restarts, and again after a clock was set back', async () => {
  const recent = createService({ checkedAtMs: Date.now() - dayMs / 2 })
  recent.allow(true)
  await vi.advanceTimersByTimeAsync(dayMs / 2 - 1000)
  expect(recent.outside.asked).toBe(0)
  const ahead = createService({ checkedAtMs: Date.now() + 400 * dayMs })
  ahead.allow(true)
  await vi.advanceTimersByTimeAsync(10_000)
  expect(ahead.outside.asked).toBe(1)
})

test('says that it is the newest version', async () => {
  const { service, outside } = createService()
  outside.found = () => null
  await service.check()
  expect(service.read()).toEqual({ type: 'idle', checkedAtMs: Date.now() })
})

test('says why a check failed, and can check again', async () => {
  const { service, outside } = createService()
  outside.found = () => {
    throw new AppError('update.untrusted', 'It is not signed.')
  }
  await service.check()
  expect(service.read()).toMatchObject({ type: 'failed', failure: { code: 'update.untrusted' } })
  outside.found = () => release
  await service.check()
  expect(service.read().type).toBe('available')
})

test('downloads with progress, and tells what it waits for', async () => {
  const { service, outside } = createService()
  const ended = Promise.withResolvers<undefined>()
  const problem = { code: 'download.not_reachable', message: 'No source.' }
  outside.download = async ({ onProgress }) => {
    await vi.advanceTimersByTimeAsync(1000)
    onProgress(400, 1000, problem)
    await ended.promise
  }
  await service.check()
  service.download()
  await vi.advanceTimersByTimeAsync(1000)
  expect(service.read()).toMatchObject({
    ...{ type: 'downloading', problem },
    progress: { doneBytes: 400, totalBytes: 1000 },
  })
  ended.resolve(undefined)
  await vi.advanceTimersByTimeAsync(0)
  expect(service.read().type).toBe('ready')
})

test('stops a download, whose late end changes nothing', async () => {
  const { service, outside } = createService()
  const ended = Promise.withResolvers<undefined>()
  let isAborted = false
  outside.download = async ({ signal }) => {
    signal.addEventListener('abort', () => (isAborted = true))
    await ended.promise
  }
  await service.check()
  service.download()
  service.cancel()
  expect(isAborted).toBe(true)
  ended.resolve(undefined)
  await vi.advanceTimersByTimeAsync(0)
  expect(service.read().type).toBe('available')
})

test.each<EventMessage>([
  chatsChanged,
  { event: 'batch.changed', payload: { state: { type: 'none' } } },
  {
    event: 'code.finished',
    payload: {
      ...{
        completionId: completionId('c'),
        finish: 'cancelled',
        generatedTokens: 0,
        failure: null,
      },
    },
  },
])('waits for what is being written before it restarts: $event', async (told) => {
  const { service, outside, endReplies } = await readyService()
  outside.replies = 2
  await service.install(false)
  expect(service.read().type).toBe('waiting')
  expect(outside.installed).toBe(0)
  endReplies(told)
  await vi.advanceTimersByTimeAsync(0)
  expect(outside.installed).toBe(1)
})

test('can be told to wait no longer, or not to restart after all', async () => {
  const { service, outside, endReplies } = await readyService()
  outside.replies = 1
  await service.install(false)
  service.cancel()
  endReplies()
  await vi.advanceTimersByTimeAsync(0)
  expect([service.read().type, outside.installed]).toEqual(['ready', 0])
  outside.replies = 1
  await service.install(true)
  expect([service.read().type, outside.installed]).toEqual(['installing', 1])
})

test('leaves a version to the person where the app does not replace itself', async () => {
  const { service } = createService({ isByHand: true })
  await service.check()
  expect(service.read()).toMatchObject({
    type: 'available',
    offer: { isByHand: true, pageUrl: 'https://page.example/tag/v1.1.0' },
  })
  expect(() => service.download()).toThrow(AppError)
})

test('refuses to install what was not downloaded', async () => {
  const { service, outside } = createService()
  await service.check()
  await expect(service.install(true)).rejects.toMatchObject({ code: 'update.not_now' })
  expect(outside.installed).toBe(0)
})
