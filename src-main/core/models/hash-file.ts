import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/**
 * SHA-256 of a file in lower-case hexadecimal. Throws the reason of the signal when it is aborted,
 * and what reading throws.
 */
export async function hashFile(
  path: string,
  signal?: AbortSignal,
  onBytes?: (count: number) => void,
): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    signal?.throwIfAborted()
    if (!Buffer.isBuffer(chunk)) throw new TypeError('A stream without encoding gives buffers.')
    hash.update(chunk)
    onBytes?.(chunk.length)
  }
  return hash.digest('hex')
}
