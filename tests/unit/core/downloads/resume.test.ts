import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BandwidthLimiter } from '../../../../src-main/core/downloads/bandwidth-limiter.ts'
import type { FetchOptions } from '../../../../src-main/core/downloads/fetch-types.ts'
import { type HostileServer, randomContent } from '../../../fakes/hostile-server.ts'
import {
  bigContent,
  customPath,
  described,
  fetchFiles,
  mebibyte,
  startServer,
  temporaryFolder,
  testModel,
} from '../../../fakes/test-download.ts'

const name = 'pytorch_model.bin'
const small = Buffer.from('{"model_type": "chatglm"}')
const model = testModel([described(name, bigContent), described('config.json', small)])
const files = { [customPath(name)]: bigContent, [customPath('config.json')]: small }

function fetchWith(server: HostileServer, folder: string, options: Partial<FetchOptions> = {}) {
  const sources = [{ kind: 'custom' as const, base: server.base }]
  return fetchFiles({ model, folder, sources, ...options })
}

/** Fetches until so many bytes are there. */
async function fetchSome(server: HostileServer, folder: string, bytes: number): Promise<void> {
  const abort = new AbortController()
  const fetching = fetchWith(server, folder, {
    signal: abort.signal,
    onProgress: ({ doneBytes }) => {
      if (doneBytes >= bytes) abort.abort(new Error('paused'))
    },
  })
  await expect(fetching).rejects.toThrow('paused')
}

test('goes on where it was paused, and fetches nothing twice but what was on its way', async () => {
  const server = await startServer({ files, bytesPerSecond: 30 * mebibyte })
  const folder = temporaryFolder()
  await fetchSome(server, folder, 6 * mebibyte)
  const result = await fetchWith(server, folder)

  expect(result.progress[0]?.doneBytes).toBeGreaterThanOrEqual(6 * mebibyte)
  expect(readFileSync(join(folder, name)).equals(bigContent)).toBe(true)
  expect(server.servedBytes).toBeLessThanOrEqual(bigContent.length + 8 * mebibyte)
})

test('begins anew when what it left behind has been cut off', async () => {
  const server = await startServer({ files, bytesPerSecond: 30 * mebibyte })
  const folder = temporaryFolder()
  await fetchSome(server, folder, 6 * mebibyte)
  truncateSync(join(folder, `${name}.part`), mebibyte)
  await fetchWith(server, folder)

  expect(readFileSync(join(folder, name)).equals(bigContent)).toBe(true)
})

test('begins anew when the notes on its progress cannot be read', async () => {
  const server = await startServer({ files, bytesPerSecond: 30 * mebibyte })
  const folder = temporaryFolder()
  await fetchSome(server, folder, 6 * mebibyte)
  writeFileSync(join(folder, `${name}.part.json`), '{"version": 1, "done"')
  await fetchWith(server, folder)

  expect(readFileSync(join(folder, name)).equals(bigContent)).toBe(true)
})

test('asks nobody when all files are there, and leaves nothing else behind', async () => {
  const server = await startServer({ files })
  const folder = temporaryFolder()
  await fetchWith(server, folder)
  const asked = server.asked.length
  const { files: found } = await fetchWith(server, folder)

  expect(found).toHaveLength(2)
  expect(server.asked).toHaveLength(asked)
  const names = readdirSync(folder).sort()
  expect(names).toEqual(['.chatglm-files.json', 'config.json', name])
})

test('takes files that other tools have put there, and keeps wrong ones aside', async () => {
  const server = await startServer({ files })
  const folder = temporaryFolder()
  writeFileSync(join(folder, name), bigContent)
  writeFileSync(join(folder, 'config.json'), 'something else')
  const { setAside } = await fetchWith(server, folder)

  expect(server.servedBytes).toBeLessThanOrEqual(small.length + 1)
  const movedTo = join(folder, 'config.json.other-1')
  expect(setAside).toEqual([{ path: 'config.json', movedTo }])
  expect(readFileSync(movedTo, 'utf8')).toBe('something else')
  expect(readFileSync(join(folder, 'config.json')).equals(small)).toBe(true)
})

test('takes sound files from a folder that the person names, and leaves them there', async () => {
  const server = await startServer({ files })
  const own = temporaryFolder()
  writeFileSync(join(own, name), bigContent)
  writeFileSync(join(own, 'config.json'), randomContent(small.length, 3))
  const folder = temporaryFolder()
  await fetchWith(server, folder, { adoptFrom: [own] })

  expect(server.servedBytes).toBeLessThanOrEqual(small.length + 1)
  expect(existsSync(join(own, name))).toBe(true)
  expect(readFileSync(join(folder, name)).equals(bigContent)).toBe(true)
})

test('waits for room on the disk before it begins', async () => {
  const server = await startServer({ files })
  let checks = 0
  const { progress } = await fetchWith(server, temporaryFolder(), {
    reserveBytes: 1000,
    freeBytes: async () => {
      checks += 1
      return checks < 4 ? bigContent.length : 2 * bigContent.length
    },
  })

  const waiting = progress.find(({ step }) => step.type === 'waiting')
  expect(waiting?.step).toMatchObject({ failure: { code: 'download.disk_full' } })
})

test('fetches the same folder only once at a time', async () => {
  const server = await startServer({ files, bytesPerSecond: 30 * mebibyte })
  const folder = temporaryFolder()
  const first = fetchWith(server, folder)
  while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  await expect(fetchWith(server, folder)).rejects.toMatchObject({ code: 'download.locked' })
  await first
})

test('takes over a folder whose owner was killed', async () => {
  const server = await startServer({ files })
  const folder = temporaryFolder()
  mkdirSync(join(folder, '.chatglm.lock'))
  const { hostname } = await import('node:os')
  const owner = { processId: 2 ** 22 + 1, host: hostname() } // no process has such an id
  writeFileSync(join(folder, '.chatglm.lock.json'), JSON.stringify(owner))
  const { files: found } = await fetchWith(server, folder)

  expect(found).toHaveLength(2)
})

test('takes over a folder whose owner was killed before it wrote its name', async () => {
  const server = await startServer({ files })
  const folder = temporaryFolder()
  const lock = join(folder, '.chatglm.lock')
  mkdirSync(lock)
  const takenAtSeconds = Date.now() / 1000 - 8 // two more, and it is old
  utimesSync(lock, takenAtSeconds, takenAtSeconds)

  expect((await fetchWith(server, folder)).files).toHaveLength(2)
})

test('keeps to the limit of the bandwidth, and to a new one at once', async () => {
  const server = await startServer({ files })
  const limiter = new BandwidthLimiter(8 * mebibyte)
  const startMs = performance.now()
  let halfMs = 0
  await fetchWith(server, temporaryFolder(), {
    limiter,
    onProgress: ({ doneBytes }) => {
      if (doneBytes < 10 * mebibyte || halfMs > 0) return
      halfMs = performance.now() - startMs
      limiter.setLimit(null)
    },
  })

  expect(halfMs).toBeGreaterThan(1000) // 10 MiB at 8 MiB a second take 1.25 s
})

test('refuses paths that leave the folder', async () => {
  const server = await startServer({ files })
  const evil = testModel([described('../evil.bin', small)])
  await expect(fetchWith(server, temporaryFolder(), { model: evil })).rejects.toMatchObject({
    code: 'download.path',
  })
})
