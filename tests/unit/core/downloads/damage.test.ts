import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Asked, type Fault, randomContent, sha256Of } from '../../../fakes/hostile-server.ts'
import { storedZip } from '../../../fakes/stored-zip.ts'
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
const blockBytes = 4 * mebibyte

/** Damages one byte, until it has been sent so many times. */
function damaging(position: number, times: number) {
  let left = times
  return ({ range, isProbe }: Asked): Fault | null => {
    const isIn = range && !isProbe && range.start <= position && position < range.end
    if (!isIn || left === 0) return null
    left -= 1
    return { type: 'corrupt', position }
  }
}

function describedInBlocks(content: Buffer) {
  const count = Math.ceil(content.length / blockBytes)
  const sha256 = Array.from({ length: count }, (_, block) =>
    sha256Of(content.subarray(block * blockBytes, (block + 1) * blockBytes)),
  )
  return { ...described(name, content), blocks: { sizeBytes: blockBytes, sha256 } }
}

test('fetches a damaged block alone again when the hashes of blocks are known', async () => {
  const fault = damaging(9 * mebibyte, 1)
  const server = await startServer({ files: { [customPath(name)]: bigContent }, fault })
  await fetchFiles({
    model: testModel([describedInBlocks(bigContent)]),
    folder: temporaryFolder(),
    sources: [{ kind: 'custom', base: server.base }],
  })

  expect(server.servedBytes).toBe(bigContent.length + blockBytes + 1)
})

test('fetches a damaged block from another source when one always damages it', async () => {
  const fault = damaging(9 * mebibyte, Number.POSITIVE_INFINITY)
  const first = await startServer({ files: { [hubPath(name)]: bigContent }, fault })
  const second = await startServer({ files: { [hubPath(name)]: bigContent } })
  await fetchFiles({
    model: testModel([describedInBlocks(bigContent)]),
    folder: temporaryFolder(),
    sources: [
      { kind: 'huggingface', base: first.base },
      { kind: 'hf_mirror', base: second.base },
    ],
  })

  expect(second.servedBytes).toBe(blockBytes + 1)
})

test('finds the damage in a checkpoint by its checksums, and fetches no more again', async () => {
  const content = storedZip({
    'archive/data.pkl': randomContent(5000, 1),
    'archive/data/0': randomContent(10 * mebibyte, 2),
    'archive/data/1': randomContent(3 * mebibyte, 3),
    'archive/data/2': randomContent(8 * mebibyte, 4),
  })
  const fault = damaging(12 * mebibyte, 1)
  const server = await startServer({ files: { [customPath(name)]: content }, fault })
  const folder = temporaryFolder()
  await fetchFiles({
    model: testModel([described(name, content)]),
    folder,
    sources: [{ kind: 'custom', base: server.base }],
  })

  expect(readFileSync(join(folder, name)).equals(content)).toBe(true)
  expect(server.servedBytes).toBeGreaterThan(content.length)
  expect(server.servedBytes).toBeLessThanOrEqual(content.length + 8 * mebibyte)
})

test('mends a checkpoint whose directory is damaged', async () => {
  const content = storedZip({ 'archive/data/0': randomContent(20 * mebibyte, 2) })
  const fault = damaging(content.length - 20, 1)
  const server = await startServer({ files: { [customPath(name)]: content }, fault })
  const { files } = await fetchFiles({
    model: testModel([described(name, content)]),
    folder: temporaryFolder(),
    sources: [{ kind: 'custom', base: server.base }],
  })

  expect(files).toEqual([described(name, content)])
  expect(server.servedBytes).toBeLessThanOrEqual(content.length + 8 * mebibyte)
})

test('fetches a file of no known form again from another source when its hash is wrong', async () => {
  const fault = damaging(100, Number.POSITIVE_INFINITY)
  const first = await startServer({ files: { [hubPath(name)]: bigContent }, fault })
  const second = await startServer({ files: { [hubPath(name)]: bigContent } })
  const { files, progress } = await fetchFiles({
    model: testModel([described(name, bigContent)]),
    folder: temporaryFolder(),
    sources: [
      { kind: 'huggingface', base: first.base },
      { kind: 'hf_mirror', base: second.base },
    ],
  })

  expect(files).toEqual([described(name, bigContent)])
  expect(progress.some(({ step }) => step.type === 'verifying')).toBe(true)
})

test('gives a file up that is always damaged, and leaves none that looks whole', async () => {
  const fault = damaging(100, Number.POSITIVE_INFINITY)
  const server = await startServer({ files: { [customPath(name)]: bigContent }, fault })
  const folder = temporaryFolder()
  const fetching = fetchFiles({
    model: testModel([described(name, bigContent)]),
    folder,
    sources: [{ kind: 'custom', base: server.base }],
  })

  await expect(fetching).rejects.toMatchObject({ code: 'download.damaged' })
  expect(existsSync(join(folder, name))).toBe(false)
})
