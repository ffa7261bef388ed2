import { AppError } from '../../shared/errors.ts'
import type { ProblemKind } from './source-problem.ts'

/** What a person is told when no source can give a file, and waiting does not help. */
export function finalFailure(path: string, kinds: ProblemKind[]): AppError {
  if (kinds.includes('damaged'))
    return new AppError(
      'download.damaged',
      `What arrives of ${path} is damaged each time. Choose another source in the settings and try again.`,
    )
  if (kinds.includes('changed'))
    return new AppError(
      'download.changed',
      `The sources have another version of ${path} than the catalogue names. Update the app or choose another source in the settings.`,
    )
  if (kinds.includes('refused'))
    return new AppError(
      'download.refused',
      `The sources refuse to send ${path}. Choose another source in the settings, or name a token for Hugging Face there.`,
    )
  return new AppError(
    'download.not_found',
    `No source has ${path}. Choose another source in the settings.`,
  )
}

/** What a person is told while the download waits for its sources. */
export function waitingFailure(kind: ProblemKind | null): AppError {
  if (kind === 'untrusted')
    return new AppError(
      'download.untrusted',
      'The certificate of the source is not trusted. Where a company reads along, name its certificate in the settings.',
    )
  if (kind === 'busy')
    return new AppError(
      'download.busy',
      'The sources are busy. The download goes on by itself; nothing needs to be done.',
    )
  return new AppError(
    'download.not_reachable',
    'No source can be reached. Check the connection and the proxy in the settings; the download then goes on by itself.',
  )
}

export const diskFull = (folder: string, missingBytes: number): AppError =>
  new AppError(
    'download.disk_full',
    `The disk that holds ${folder} is full. Free ${gigabytes(missingBytes)} GB there; the download then goes on by itself.`,
  )

export const noSource = (name: string): AppError =>
  new AppError(
    'download.no_source',
    `None of the sources has ${name}. Choose another source in the settings.`,
  )

export const badPath = (path: string): AppError =>
  new AppError(
    'download.path',
    `The catalogue names a file outside of the folder of its model (${path}). Put back the catalogue that comes with the app.`,
  )

const gigabytes = (bytes: number): string => Math.max(0.1, bytes / 1e9).toFixed(1)

/** What an error of the disk means to a person; others pass as they are. */
export function folderFailure(folder: string, error: unknown): unknown {
  const code = diskErrorCode(error)
  if (code === null) return error
  if (isDiskFull(error)) return diskFull(folder, 0)
  const message = `The files cannot be written to ${folder} (${code}). Choose another folder in the settings, or see to its permissions.`
  return new AppError('download.folder', message, { cause: error })
}

const diskErrors = new Set(['EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOENT', 'ENOTDIR', 'EISDIR'])
const fullErrors = new Set(['ENOSPC', 'EDQUOT'])

function diskErrorCode(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' && (diskErrors.has(code) || fullErrors.has(code)) ? code : null
}

export const isDiskFull = (error: unknown): boolean => fullErrors.has(diskErrorCode(error) ?? '')
