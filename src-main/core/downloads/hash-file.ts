import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** The SHA-256 of a file, in lower-case hexadecimal. Throws the signal's reason. */
export async function sha256OfFile(
  path: string,
  signal: AbortSignal,
  onProgress: (doneBytes: number) => void = () => undefined,
): Promise<string> {
  const hash = createHash('sha256')
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
