import { type FileHandle, open, readFile, truncate, writeFile } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'

/** What an earlier run has left in a file. */
export interface Kept<T> {
  earlier: T
  /** What stands behind was cut off in the middle. */
  wholeBytes: number
}

const newline = 0x0a

/** The lines that have an end, and what stands behind the last of them. */
export function splitLines(bytes: Buffer): { lines: string[]; wholeBytes: number; cut: string } {
  const wholeBytes = bytes.lastIndexOf(newline) + 1
  const lines = bytes.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1)
  return { lines, wholeBytes, cut: bytes.subarray(wholeBytes).toString('utf8') }
}

/** A file of results that cannot be written. */
export function notWritten(file: string, cause: unknown): AppError {
  const why = cause instanceof Error ? cause.message : String(cause)
  const help = 'Check that its folder is there and that the disk has room, and run it again.'
  return new AppError('results.not_written', `${file} cannot be written (${why}). ${help}`, {
    cause,
  })
}

/** Writes a whole file. Throws AppError `results.not_written`. */
export const writeResult = (file: string, content: string): Promise<void> =>
  writeFile(file, content).catch((error: unknown) => {
    throw notWritten(file, error)
  })

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'

/** A file that grows by what a run finds, piece by piece, and that the next run goes on with. */
export class GrowingFile<T> {
  private writing: Promise<void> = Promise.resolve()

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    /** What `read` made of the file. */
    readonly earlier: T,
    readonly isEmpty: boolean,
  ) {}

  /**
   * `read` gets all that the file holds, which is nothing where there is none, and throws for a file
   * that is something else: such a one stays as it is. What was cut off at the end is taken away.
   * Throws AppError `results.not_written`.
   */
  static async open<T>(file: string, read: (bytes: Buffer) => Kept<T>): Promise<GrowingFile<T>> {
    const failed = (cause: unknown): never => {
      throw notWritten(file, cause)
    }
    const bytes = await readFile(file).catch((error: unknown) =>
      isMissing(error) ? Buffer.alloc(0) : failed(error),
    )
    const { earlier, wholeBytes } = read(bytes)
    // By name: on Windows, a file that is open for appending cannot be cut.
    if (wholeBytes < bytes.length) await truncate(file, wholeBytes).catch(failed)
    const handle = await open(file, 'a').catch(failed)
    return new GrowingFile(file, handle, earlier, wholeBytes === 0)
  }

  /** Resolves when the text is in the file. One after the other, so that no two pieces mix. */
  append(text: string): Promise<void> {
    this.writing = this.writing
      .then(() => this.handle.appendFile(text))
      .catch((error: unknown) => {
        throw error instanceof AppError ? error : notWritten(this.file, error)
      })
    return this.writing
  }

  async close(): Promise<void> {
    await this.writing.catch(() => undefined) // whoever wrote was told
    await this.handle.close()
  }
}
