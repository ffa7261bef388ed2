import { AppError } from '@shared/errors.ts'

/** Reads a file of the browser as base64. Throws AppError for one that is gone, or for a folder. */
export function readAsBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      const address = typeof reader.result === 'string' ? reader.result : ''
      resolve(address.slice(address.indexOf(',') + 1))
    }
    reader.onerror = () => {
      const message = 'This file cannot be read. Files can be added, folders cannot.'
      reject(new AppError('document.unreadable', message, { cause: reader.error }))
    }
    reader.readAsDataURL(file)
  })
}
