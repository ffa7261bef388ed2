import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
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
import type { Asked, Fault } from '../../../fakes/hostile-server.ts'
import { randomContent, sha256Of } from '../../../fakes/hostile-server.ts'

const name = 'pytorch_model.bin'
const faultBytes = 8 * mebibyte

/** Faults for the first requests of ranges, one after another. */
function faultsInTurn(faults: Fault[]) {
  const left = [...faults]
  return ({ isProbe }: Asked) => (isProbe ? null : (left.shift() ?? null))
}

async function fetchFrom(fault: (asked: Asked) => Fault | null) {
  const server = await startServer({ files: { [customPath(name)]: bigContent }, fault })
  const folder = temporaryFolder()
  const result = await fetchFiles({
    model: testModel([described(name, bigContent)]),
    folder,
    sources: [{ kind: 'custom', base: server.base }],
  })
  expect(sha256Of(readFileSync(join(folder, name)))).toBe(sha256Of(bigContent))
  return { ...result, server }
}

test('fetches a file in ranges and no byte of it twice', async () => {
  const { server, files } = await fetchFrom(() => null)

  expect(files).toEqual([described(name, bigContent)])
  expect(server.servedBytes).toBe(bigContent.length + 1) // the probe has one byte
  expect(server.asked.filter(({ isProbe }) => !isProbe)).toHaveLength(3)
})

describe('goes on by itself, and fetches at most 8 MiB twice for each fault, when the source', () => {
  test.each<[string, Fault[]]>([
    ['drops the connection', [{ type: 'drop', afterBytes: 3 * mebibyte }]],
    ['drops the connection before the first byte', [{ type: 'drop', afterBytes: 0 }]],
    ['stalls', [{ type: 'stall', afterBytes: 2 * mebibyte }]],
    ['stalls before the first byte', [{ type: 'stall', afterBytes: 0 }]],
    ['ends too early', [{ type: 'truncate', afterBytes: mebibyte }]],
    ['sends the whole file instead of a range', [{ type: 'ignore_range' }]],
    ['sends another range', [{ type: 'shift_range', bytes: 4096 }]],
    ['promises more than it sends', [{ type: 'lie_about_length', bytes: 1000 }]],
    ['promises less than it sends', [{ type: 'lie_about_length', bytes: -1000 }]],
    ['names another size in between', [{ type: 'lie_about_size', bytes: 1 }]],
    ['answers 416', [{ type: 'status', status: 416 }]],
    ['answers 429', [{ type: 'status', status: 429, retryAfter: '0' }]],
    ['answers 500', [{ type: 'status', status: 500 }]],
    ['answers 503', [{ type: 'status', status: 503, retryAfter: '1' }]],
    [
      'does one bad thing after another',
      [
        { type: 'drop', afterBytes: 100_000 },
        { type: 'status', status: 502 },
        { type: 'truncate', afterBytes: 5 * mebibyte },
        { type: 'shift_range', bytes: 8 * mebibyte },
        { type: 'stall', afterBytes: 70_000 },
      ],
    ],
  ])('%s', async (_, faults) => {
    const { server } = await fetchFrom(faultsInTurn(faults))

    expect(server.servedBytes).toBeLessThanOrEqual(bigContent.length + faults.length * faultBytes)
    expect(server.asked.length).toBeGreaterThan(3 + 1) // it did happen
  })
})

test('waits as long as a busy source asks for', async () => {
  const startMs = performance.now()
  await fetchFrom(faultsInTurn([{ type: 'status', status: 503, retryAfter: '1' }]))

  expect(performance.now() - startMs).toBeGreaterThan(990)
})

test('does not mind that each answer names another version when the hash is known', async () => {
  const { server } = await fetchFrom(({ count }) => ({
    type: 'change',
    content: bigContent,
    etag: `"version ${count}"`,
  }))

  expect(server.servedBytes).toBe(bigContent.length + 1)
})

test('begins a file anew when its version changes and nobody knows its hash', async () => {
  const next = randomContent(10 * mebibyte, 99)
  const server = await startServer({
    files: { [customPath(name)]: bigContent },
    fault: ({ count }) => (count === 2 ? { type: 'change', content: next, etag: '"next"' } : null),
  })
  const folder = temporaryFolder()
  const { files } = await fetchFiles({
    model: testModel([{ path: name, sizeBytes: null, sha256: null }]),
    folder,
    sources: [{ kind: 'custom', base: server.base }],
  })

  expect(files).toEqual([described(name, next)])
  expect(readFileSync(join(folder, name)).equals(next)).toBe(true)
})
