import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** The SHA-256 of a file, in lower-case hexadecimal. Throws the signal's reason. */
export async function sha256OfFile(
  path: string,
  signal: AbortSignal,
  onProgress: (doneBytes: number) => void = () => undefined,
): Promise<string> {
  return digest(createHash('sha256'), path, signal, onProgress)
}

/**
 * The name that Git gives the content of a file: the SHA-1 of its length and its bytes. Source:
 * https://git-scm.com/book/en/v2/Git-Internals-Git-Objects.
 */
export async function gitBlobOfFile(
  path: string,
  sizeBytes: number,
  signal: AbortSignal,
): Promise<string> {
  return digest(createHash('sha1').update(`blob ${sizeBytes}\0`), path, signal)
}

async function digest(
  hash: Hash,
  path: string,
  signal: AbortSignal,
  onProgress: (doneBytes: number) => void = () => undefined,
): Promise<string> {
  let doneBytes = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, signal })) {
      if (!(chunk instanceof Uint8Array)) continue
      hash.update(chunk)
      doneBytes += chunk.length
      onProgress(doneBytes)
    }
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
  return hash.digest('hex')
}
