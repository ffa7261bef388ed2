import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseRelease, signedBytes } from '../../src-main/core/updates/release-metadata.ts'
import { SetupError } from '../setup/run.ts'

/** A new pair for signing updates, as PEM. */
export function createKeys(): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** A detached signature of metadata, in base64. */
export const signatureOf = (name: string, text: string, privateKey: string): string =>
  sign(null, signedBytes(name, text), privateKey).toString('base64')

/**
 * Signs each `latest*.yml` of `folder` into a file beside it, and reads it again as an app will that
 * knows `publicKey`. Refuses a key that is not its other half: no app would take the update.
 */
export async function signMetadata(
  folder: string,
  { privateKey, publicKey }: { privateKey: string; publicKey: string },
): Promise<void> {
  const own = createPublicKey(createPrivateKey(privateKey)).export({ type: 'spki', format: 'der' })
  const known = createPublicKey(publicKey).export({ type: 'spki', format: 'der' })
  if (!own.equals(known))
    throw new SetupError('The signing key is not the other half of the public key of this version.')
  for (const name of await readdir(folder)) {
    if (!/^latest[\w-]*\.yml$/.test(name)) continue
    const text = await readFile(join(folder, name), 'utf8')
    const signature = signatureOf(name, text, privateKey)
    parseRelease({ name, text, signature, publicKey })
    await writeFile(join(folder, `${name}.sig`), `${signature}\n`)
  }
}
