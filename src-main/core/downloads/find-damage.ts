import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import crc32 from 'crc-32'
import yauzl from 'yauzl'
import type { CatalogueFile } from '../../shared/catalogue.ts'
import type { ByteRange } from './part-file.ts'

/**
 * Looks for what is wrong in a file whose hash is not right: in the hashes of its blocks, or, as
 * checkpoints of PyTorch are zip files, in their checksums. Empty when neither tells.
 */
export async function findDamage(
  path: string,
  sizeBytes: number,
  blocks: CatalogueFile['blocks'],
  signal: AbortSignal,
): Promise<ByteRange[]> {
  if (blocks) return findBadBlocks(path, sizeBytes, blocks, signal)
  if (await isZip(path)) return findBadEntries(path, sizeBytes, signal)
  return []
}

async function findBadBlocks(
  path: string,
  sizeBytes: number,
  blocks: NonNullable<CatalogueFile['blocks']>,
  signal: AbortSignal,
): Promise<ByteRange[]> {
  const bad: ByteRange[] = []
  for (const [index, expected] of blocks.sha256.entries()) {
    const start = index * blocks.sizeBytes
    const end = Math.min(sizeBytes, start + blocks.sizeBytes)
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(path, { start, end: end - 1, signal }))
      if (chunk instanceof Uint8Array) hash.update(chunk)
    if (hash.digest('hex') !== expected) bad.push({ start, end })
  }
  return bad
}

async function isZip(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { end: 3 }))
    return chunk instanceof Buffer && chunk.equals(Buffer.from('PK\x03\x04'))
  return false
}

/** The directory of a zip file is at its end; of most checkpoints it has some ten kilobytes. */
const directoryBytes = 2 ** 20

async function findBadEntries(
  path: string,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<ByteRange[]> {
  let zip: yauzl.ZipFile
  let entries: yauzl.Entry[]
  try {
    zip = await openZip(path)
    entries = await readEntries(zip)
  } catch {
    return [{ start: Math.max(0, sizeBytes - directoryBytes), end: sizeBytes }]
  }
  entries.sort((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader)
  const bad: ByteRange[] = []
  try {
    for (const [index, entry] of entries.entries()) {
      signal.throwIfAborted()
      const end = entries[index + 1]?.relativeOffsetOfLocalHeader ?? sizeBytes
      if (!(await isEntrySound(zip, entry)))
        bad.push({ start: entry.relativeOffsetOfLocalHeader, end })
    }
  } finally {
    zip.close()
  }
  return bad
}

function openZip(path: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false }, (error, zip) =>
      error ? reject(error) : resolve(zip),
    )
  })
}

function readEntries(zip: yauzl.ZipFile): Promise<yauzl.Entry[]> {
  return new Promise((resolve, reject) => {
    const entries: yauzl.Entry[] = []
    zip.on('entry', (entry: yauzl.Entry) => {
      entries.push(entry)
      zip.readEntry()
    })
    zip.on('end', () => resolve(entries))
    zip.on('error', (error: Error) => {
      zip.close()
      reject(error)
    })
    zip.readEntry()
  })
}

function isEntrySound(zip: yauzl.ZipFile, entry: yauzl.Entry): Promise<boolean> {
  return new Promise((resolve) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return resolve(false) // its header is damaged
      let sum = 0
      stream.on('data', (chunk: Buffer) => {
        sum = crc32.buf(chunk, sum)
      })
      stream.on('end', () => resolve(sum >>> 0 === entry.crc32))
      stream.on('error', () => resolve(false))
    })
  })
}
