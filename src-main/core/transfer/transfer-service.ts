import { AppError } from '../../shared/errors.ts'
import type { ExportedFile, ImportReport } from '../../shared/transfer.ts'

/** Chats as files. Not there yet: every request says so. */
export class TransferService {
  import(): Promise<ImportReport> {
    return Promise.reject(notThere())
  }

  export(): Promise<ExportedFile> {
    return Promise.reject(notThere())
  }
}

const notThere = (): AppError =>
  new AppError('transfer.not_available', 'Files of chats cannot be read or written yet.')
