import type { ExportedFile } from '@shared/transfer.ts'

/** Hands a file to the person, as a browser does and Electron too. */
export function saveFile({ fileName, mediaType, text }: ExportedFile): void {
  const address = URL.createObjectURL(new Blob([text], { type: mediaType }))
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  URL.revokeObjectURL(address)
}
