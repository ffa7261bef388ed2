import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FileFacts, FileSource } from './file-source.ts'
import type { ByteRange } from './part-file.ts'
import type { SourceEndpoint } from './source-endpoint.ts'
import { SourceProblem } from './source-problem.ts'

/** A file in a folder of this computer or of the network. */
export class FolderSource implements FileSource {
  constructor(
    readonly endpoint: SourceEndpoint,
    private readonly path: string,
  ) {}

  get key(): string {
    return this.endpoint.base
  }

  async probe(): Promise<FileFacts> {
    try {
      const { size, mtimeMs } = await stat(this.path)
      const etag = `${size}-${mtimeMs}`
      return { sizeBytes: size, sha256: null, gitBlob: null, etag, hasRanges: true }
    } catch (error) {
      throw fileProblem(error)
    }
  }

  async *read({ start, end }: ByteRange, _facts: FileFacts, signal: AbortSignal) {
    let received = 0
    try {
      const options = { start, end: end - 1, signal, highWaterMark: 2 ** 18 }
      for await (const chunk of createReadStream(this.path, options)) {
        if (!(chunk instanceof Uint8Array)) continue
        received += chunk.length
        yield chunk
      }
    } catch (error) {
      signal.throwIfAborted()
      throw fileProblem(error)
    }
    if (received < end - start) throw new SourceProblem('changed', 'the file has become shorter')
  }
}

function fileProblem(error: unknown): SourceProblem {
  const code = error instanceof Error && 'code' in error ? error.code : ''
  const message = error instanceof Error ? error.message : String(error)
  const kind = code === 'ENOENT' ? 'not_found' : code === 'EACCES' ? 'refused' : 'unreachable'
  return new SourceProblem(kind, message, { cause: error })
}
