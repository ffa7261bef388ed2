import { safeStorage } from 'electron'
import { plainBox, type SecretBox } from '../core/secrets.ts'

const prefix = 'safe:'

/** Electron of before 2025 has no such interface, whatever its types say. */
const isAvailable = async (): Promise<boolean> =>
  'isAsyncEncryptionAvailable' in safeStorage && (await safeStorage.isAsyncEncryptionAvailable())

/** The key store of the system; plain where there is none, as on some Linux desktops. */
export const systemSecretBox: SecretBox = {
  seal: async (text) => {
    if (!(await isAvailable())) return plainBox.seal(text)
    const sealed = await safeStorage.encryptStringAsync(text)
    return `${prefix}${sealed.toString('base64')}`
  },
  open: async (sealed) => {
    if (!sealed.startsWith(prefix)) return plainBox.open(sealed)
    const bytes = Buffer.from(sealed.slice(prefix.length), 'base64')
    return safeStorage.decryptStringAsync(bytes).then(
      ({ result }) => result,
      () => null, // sealed by another account or on another computer
    )
  },
}
