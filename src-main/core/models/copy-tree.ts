import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'

const pieceBytes = 4 * 2 ** 20

/**
 * Copies a file, or a folder with all that is in it. The copy has its name only when it is whole
 * and on the disk. Throws when the signal is aborted; what was copied by then stays in a draft.
 */
export async function copyTree(
  from: string,
  to: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void = () => undefined,
): Promise<void> {
  const draft = `${to}.part`
  await rm(draft, { recursive: true, force: true })
  await mkdir(dirname(to), { recursive: true })
  await copyEntry(from, draft, signal, onBytes)
  await rename(draft, to)
}

async function copyEntry(
  from: string,
  to: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const entry = await stat(from)
  if (!entry.isDirectory()) await copyBytes(from, to, signal, onBytes)
  else {
    await mkdir(to)
    for (const name of await readdir(from))
      await copyEntry(join(from, name), join(to, name), signal, onBytes)
  }
  await utimes(to, entry.atime, entry.mtime)
}

/** `fs.cp` can neither be stopped nor say how far it is. */
async function copyBytes(
  from: string,
  to: string,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const target = await open(to, 'wx')
  try {
    const source = createReadStream(from, { highWaterMark: pieceBytes, signal })
    // Goes on where the last piece ended.
    await pipeline(source, async (pieces: AsyncIterable<Buffer>) => {
      for await (const piece of pieces) {
        await target.writeFile(piece)
        onBytes(piece.length)
      }
    })
    await target.sync()
  } finally {
    await target.close()
  }
  signal.throwIfAborted()
}
