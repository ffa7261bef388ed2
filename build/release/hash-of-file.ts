import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

/** Hashes of a file, however large it is. */
export async function hashesOfFile(file: string): Promise<{ sha256: string; sha512: string }> {
  const sha256 = createHash('sha256')
  const sha512 = createHash('sha512')
  await pipeline(createReadStream(file), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      sha256.update(chunk)
      sha512.update(chunk)
    }
  })
  return { sha256: sha256.digest('hex'), sha512: sha512.digest('base64') }
}
