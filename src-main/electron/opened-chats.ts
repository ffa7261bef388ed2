import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../shared/errors.ts'
import { longestImport, type ChatFile } from '../shared/transfer.ts'

/** The files of chats that a person opened with the app, until the page asks for them. */
export class OpenedChats {
  private readonly paths: string[] = []

  offer(path: string): void {
    this.paths.push(path)
  }

  /**
   * Gives out each file once; null when there is none. Throws AppError `transfer.unreadable` and
   * `transfer.too_large`.
   */
  async take(): Promise<ChatFile | null> {
    const path = this.paths.shift()
    if (path === undefined) return null
    const fileName = basename(path)
    try {
      const { size } = await stat(path)
      if (size <= longestImport) return { fileName, text: await readFile(path, 'utf8') }
    } catch (cause) {
      const message = `${fileName} cannot be read. Look whether it is still there and yours to read.`
      throw new AppError('transfer.unreadable', message, { cause })
    }
    const message = `${fileName} is larger than the 512 MiB that can be imported. Export fewer chats at once.`
    throw new AppError('transfer.too_large', message)
  }
}
