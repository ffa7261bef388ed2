import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { BandwidthLimiter } from '../../../../src-main/core/downloads/bandwidth-limiter.ts'
import { type Asked, randomContent, sha256Of } from '../../../fakes/hostile-server.ts'
import {
  bigContent,
  customPath,
  described,
  fetchFiles,
  hubPath,
  mebibyte,
  startServer,
  temporaryFolder,
  testModel,
} from '../../../fakes/test-download.ts'

const name = 'pytorch_model.bin'
const model = testModel([described(name, bigContent)])
const other = randomContent(bigContent.length, 5)

const startHub = (fault?: (asked: Asked) => { type: 'status'; status: number } | null) =>
  startServer({ files: { [hubPath(name)]: bigContent }, ...(fault ? { fault } : {}) })

test.each([403, 404])('takes the next source when one answers %i', async (status) => {
  const first = await startHub(() => ({ type: 'status', status }))
  const second = await startHub()
  const { files, progress } = await fetchFiles({
    ...{ model, folder: temporaryFolder() },
    sources: [
      { kind: 'huggingface', base: first.base },
      { kind: 'hf_mirror', base: second.base },
    ],
  })

  expect(files).toEqual(model.files)
  expect(first.asked).toHaveLength(1)
  const sources = progress.flatMap(({ step }) => (step.type === 'downloading' ? step.source : []))
  expect(new Set(sources)).toEqual(new Set(['hf_mirror']))
})

test('takes the next source when one breaks off in mid-way', async () => {
  const first = await startHub(({ count }) => (count > 1 ? { type: 'status', status: 503 } : null))
  const second = await startHub()
  await fetchFiles({
    ...{ model, folder: temporaryFolder(), connections: 1 },
    sources: [
      { kind: 'huggingface', base: first.base },
      { kind: 'hf_mirror', base: second.base },
    ],
  })

  expect(first.servedBytes).toBeGreaterThanOrEqual(8 * mebibyte)
  expect(first.servedBytes + second.servedBytes).toBeLessThanOrEqual(bigContent.length + 2)
})

test('takes the next source when nobody listens at one', async () => {
  const gone = await startHub()
  const base = gone.base
  const second = await startHub()
  await gone.stop()
  const { files } = await fetchFiles({
    ...{ model, folder: temporaryFolder() },
    sources: [
      { kind: 'huggingface', base },
      { kind: 'hf_mirror', base: second.base },
    ],
  })

  expect(files).toEqual(model.files)
})

test('does not use a source whose hash is not that of the catalogue', async () => {
  const liar = await startServer({ files: { [hubPath(name)]: other } })
  const file = liar.files.get(hubPath(name))
  if (file) file.headers = { 'x-linked-etag': `"${sha256Of(other)}"` }
  const second = await startHub()
  await fetchFiles({
    ...{ model, folder: temporaryFolder() },
    sources: [
      { kind: 'huggingface', base: liar.base },
      { kind: 'hf_mirror', base: second.base },
    ],
  })

  expect(liar.servedBytes).toBe(1)
})

test('says so when all sources have another version', async () => {
  const hub = await startServer({ files: { [hubPath(name)]: other.subarray(1) } })
  const fetching = fetchFiles({
    ...{ model, folder: temporaryFolder() },
    sources: [{ kind: 'huggingface', base: hub.base }],
  })

  await expect(fetching).rejects.toMatchObject({ code: 'download.changed' })
})

test.each([
  [404, 'download.not_found'],
  [403, 'download.refused'],
])('says so when all sources answer %i', async (status, code) => {
  const hub = await startHub(() => ({ type: 'status', status }))
  const fetching = fetchFiles({
    ...{ model, folder: temporaryFolder() },
    sources: [{ kind: 'huggingface', base: hub.base }],
  })

  await expect(fetching).rejects.toMatchObject({ code })
})

test('waits for a source that comes back, and says so meanwhile', async () => {
  const hub = await startHub(({ count }) => (count < 6 ? { type: 'status', status: 502 } : null))
  const { files, progress } = await fetchFiles({
    ...{ model, folder: temporaryFolder() },
    sources: [{ kind: 'huggingface', base: hub.base }],
  })

  expect(files).toEqual(model.files)
  const waiting = progress.find(({ step }) => step.type === 'waiting')
  expect(waiting?.step).toMatchObject({ failure: { code: 'download.busy' } })
})

test('follows redirects to another server and sends the token to the hub alone', async () => {
  const cdn = await startServer({ files: { '/blob': bigContent } })
  const headers = { 'x-linked-etag': `"${sha256Of(bigContent)}"` }
  const hub = await startServer({
    files: {},
    fault: () => ({ type: 'redirect', to: `${cdn.base}/blob`, headers }),
  })
  const { files } = await fetchFiles({
    model: testModel([{ path: name, sizeBytes: null, sha256: null }]),
    folder: temporaryFolder(),
    sources: [{ kind: 'huggingface', base: hub.base, token: 'secret' }],
  })

  expect(files).toEqual(model.files)
  expect(hub.asked[0]?.headers.authorization).toBe('Bearer secret')
  expect(cdn.asked.length).toBeGreaterThan(3)
  expect(cdn.asked.filter(({ headers: sent }) => sent.authorization !== undefined)).toEqual([])
  const ranges = hub.asked.filter(({ path, isProbe }) => path === hubPath(name) && !isProbe)
  expect(ranges).toEqual([]) // the way is known after the probe
})

test('asks the hub again when the address it gave has run out', async () => {
  const cdn = await startServer({
    files: { '/blob': bigContent, '/again': bigContent },
    fault: ({ path, count }) =>
      path === '/blob' && count > 1 ? { type: 'status', status: 403 } : null,
  })
  const hub = await startServer({
    files: {},
    fault: ({ count }) => ({
      type: 'redirect',
      to: `${cdn.base}${count === 0 ? '/blob' : '/again'}`,
    }),
  })
  const { files } = await fetchFiles({
    ...{ model, folder: temporaryFolder(), connections: 1 },
    sources: [{ kind: 'huggingface', base: hub.base }],
  })

  expect(files).toEqual(model.files)
  expect(cdn.servedBytes).toBe(bigContent.length + 1)
})

test('learns hashes from the list of a hub, and of ModelScope', async () => {
  const tree = [{ path: name, size: bigContent.length, lfs: { oid: sha256Of(bigContent) } }]
  const scope = { Data: { Files: [{ Path: name, Sha256: sha256Of(bigContent) }] } }
  const scopePath = `/api/v1/models/owner/model/repo?Revision=master&FilePath=${name}`
  const unknown = testModel([{ path: name, sizeBytes: null, sha256: null }])
  const bad = randomContent(bigContent.length, 11)
  for (const kind of ['huggingface', 'modelscope'] as const) {
    const server = await startServer({
      files: {
        '/api/models/owner/model/tree/main?recursive=true': Buffer.from(JSON.stringify(tree)),
        '/api/v1/models/owner/model/repo/files?Revision=master&Recursive=true': Buffer.from(
          JSON.stringify(scope),
        ),
        [kind === 'modelscope' ? scopePath : hubPath(name)]: bad,
      },
    })
    const sources = [{ kind, base: server.base }]
    const fetching = fetchFiles({ model: unknown, folder: temporaryFolder(), sources })
    await expect(fetching).rejects.toMatchObject({ code: 'download.damaged' })
  }
})

test('takes the name that Git gives a small file for its hash, and nothing else for one', async () => {
  const content = Buffer.from('{"model_type": "chatglm"}')
  const gitBlob = (bytes: Buffer) =>
    createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
  const unknown = testModel([{ path: 'config.json', sizeBytes: null, sha256: null }])
  const fetchFrom = async (oid: string, served: Buffer) => {
    const tree = [{ path: 'config.json', size: content.length, oid }]
    const server = await startServer({
      files: {
        '/api/models/owner/model/tree/main?recursive=true': Buffer.from(JSON.stringify(tree)),
        [hubPath('config.json')]: served,
      },
    })
    const sources = [{ kind: 'huggingface' as const, base: server.base }]
    return fetchFiles({ model: unknown, folder: temporaryFolder(), sources })
  }

  expect((await fetchFrom(gitBlob(content), content)).files).toHaveLength(1)
  const other = Buffer.from('{"model_type": "chatgpt"}')
  await expect(fetchFrom(gitBlob(content), other)).rejects.toMatchObject({
    code: 'download.damaged',
  })
  expect((await fetchFrom('no name of anything', other)).files).toHaveLength(1)
})

test('fetches from a server that knows no ranges, and goes on after it broke off', async () => {
  const server = await startServer({
    ...{ files: { [customPath(name)]: bigContent }, hasRanges: false },
    fault: ({ count }) => (count === 1 ? { type: 'drop', afterBytes: 9 * mebibyte } : null),
  })
  const folder = temporaryFolder()
  const sources = [{ kind: 'custom' as const, base: server.base }]
  const { files } = await fetchFiles({ model, folder, sources })

  expect(files).toEqual(model.files)
  expect(sha256Of(readFileSync(join(folder, name)))).toBe(sha256Of(bigContent))
})

test.each([true, false])(
  'survives a server that closes each connection while the disk is slow (ranges: %s)',
  async (hasRanges) => {
    const server = await startServer({
      files: { [customPath(name)]: bigContent },
      ...{ hasRanges, closesConnections: true },
    })
    const { files } = await fetchFiles({
      ...{ model, folder: temporaryFolder(), limiter: new BandwidthLimiter(10 * mebibyte) },
      sources: [{ kind: 'custom', base: server.base }],
    })

    expect(files).toEqual(model.files)
    expect(server.servedBytes).toBeLessThanOrEqual(bigContent.length * 2)
  },
)

test('fetches from a folder of the network', async () => {
  const share = temporaryFolder()
  mkdirSync(join(share, model.id))
  writeFileSync(join(share, model.id, name), bigContent)
  const sources = [{ kind: 'custom' as const, base: share }]
  const { files } = await fetchFiles({ model, folder: temporaryFolder(), sources })

  expect(files).toEqual(model.files)
})

test('prefers the source that answers first', async () => {
  const slow = await startServer({
    files: { [hubPath(name)]: bigContent },
    bytesPerSecond: 4,
    fault: () => ({ type: 'stall', afterBytes: 0 }),
  })
  const fast = await startHub()
  const { files } = await fetchFiles({
    ...{ model, folder: temporaryFolder(), race: true },
    sources: [
      { kind: 'huggingface', base: slow.base },
      { kind: 'hf_mirror', base: fast.base },
    ],
  })

  expect(files).toEqual(model.files)
  expect(slow.asked).toHaveLength(1)
})

test('knows how much there is to fetch before it fetches anything, and tells no other total', async () => {
  const small = Buffer.from('small')
  const server = await startServer({
    files: { [customPath('big.bin')]: bigContent, [customPath('small.txt')]: small },
  })
  const { progress } = await fetchFiles({
    model: testModel([
      { path: 'big.bin', sizeBytes: null, sha256: null },
      described('small.txt', small),
    ]),
    folder: temporaryFolder(),
    sources: [{ kind: 'custom', base: server.base }],
  })

  const totals = new Set(progress.map(({ totalBytes }) => totalBytes))
  expect(totals).toEqual(new Set([null, bigContent.length + small.length]))
  const fetching = progress.filter(({ step }) => step.type === 'downloading')
  expect(fetching.length).toBeGreaterThan(0)
  expect(fetching.every(({ totalBytes }) => totalBytes !== null)).toBe(true)
})
