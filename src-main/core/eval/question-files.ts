import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { AppError } from '../../shared/errors.ts'

const largestFileMb = 64

/** A question with such a letter is asked in Chinese. */
export const chinese = /\p{Script=Han}/u

/** The name of a file without its ending. */
export const nameOf = (file: string): string => basename(file, extname(file))

export const endingOf = (file: string): string => extname(file).toLowerCase()

/**
 * The file itself, or those of a folder with one of `endings`, which must all have the same. Throws
 * AppError `eval.*`.
 */
export async function questionFiles(path: string, endings: string[]): Promise<string[]> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => null,
  )
  const help = `Name a file that ends with ${endings.join(', ')}, or a folder of such files.`
  if (isFolder === null) throw new AppError('eval.not_found', `${path} is not there. ${help}`)
  const names = isFolder ? (await readdir(path)).sort() : []
  const files = isFolder ? names.map((name) => join(path, name)) : [path]
  const found = files.filter((file) => endings.includes(endingOf(file)))
  if (found.length === 0) throw new AppError('eval.empty', `${path} has no questions. ${help}`)
  if (new Set(found.map(endingOf)).size > 1)
    throw new AppError('eval.mixed', `${path} has files of several kinds. Name one of them.`)
  return found
}

/** The text of a file, without the mark that some programs begin it with. */
export async function readQuestionFile(file: string, mostMb = largestFileMb): Promise<string> {
  const { size } = await stat(file)
  if (size > mostMb * 2 ** 20)
    throw new AppError('eval.too_large', `${file} is larger than ${mostMb} MB. Split it.`)
  return (await readFile(file, 'utf8')).replace(/^\uFEFF/u, '')
}
