import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** What a file was like when it was closed, whole as far as was known. */
const markSchema = z.object({ sizeBytes: z.number(), modifiedMs: z.number() })

const markOf = (file: string): string => `${file}.sound`

function stateOf(file: string): z.infer<typeof markSchema> {
  const { size, mtimeMs } = statSync(file)
  return { sizeBytes: size, modifiedMs: mtimeMs }
}

function readMark(file: string): z.infer<typeof markSchema> | null {
  try {
    return markSchema.parse(JSON.parse(readFileSync(markOf(file), 'utf8')))
  } catch {
    return null // absent or unreadable: the file is checked, which is never wrong
  }
}

/**
 * Whether the mark that the last close left beside the file holds: then the file needs no check,
 * which takes seconds when it is large. A log beside the file tells of an end without a close, and
 * another size or time of somebody else who wrote to it. Asked before anything opens the file.
 */
export function hasSoundMark(file: string): boolean {
  const mark = readMark(file)
  if (mark === null || !existsSync(file) || existsSync(`${file}-wal`)) return false
  const state = stateOf(file)
  return state.sizeBytes === mark.sizeBytes && state.modifiedMs === mark.modifiedMs
}

/** Takes the mark away, so that the next start checks the file unless it is marked again. */
export function removeSoundMark(file: string): void {
  rmSync(markOf(file), { force: true })
}

/**
 * Marks a file as whole. Called after it was closed, when nothing spoke against it. Where nothing can be
 * written there is no mark, and the next start checks the file.
 */
export function leaveSoundMark(file: string): void {
  try {
    writeFileSync(markOf(file), JSON.stringify(stateOf(file)))
  } catch (error) {
    process.emitWarning(`The chats could not be marked as whole: ${String(error)}`)
  }
}
