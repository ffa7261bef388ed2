import { AppError } from '../../shared/errors.ts'

/** What several readers of files have to say. */
export const brokenDocument = (cause: unknown): AppError =>
  new AppError('document.broken', 'This file is damaged. Open it elsewhere and save it anew.', {
    cause,
  })

export const unknownType = (): AppError =>
  new AppError(
    'document.unknown_type',
    'This is no text, PDF or Word file (.docx). Save it as one of these first.',
  )

export const tooLong = (): AppError =>
  new AppError('document.too_long', 'This file has more text than can be read. Split it.')
