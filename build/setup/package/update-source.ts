import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../paths.ts'
import { say, SetupError } from '../run.ts'

/** The public half of the key that signs updates; `docs/releasing.md` says how it is made. */
export const updateKeyFile = join(root, 'build/resources/update-key.pem')

/**
 * Writes into the package where its updates come from. Only builds of the release workflow have an
 * address (`CHATGLM_UPDATE_ADDRESS`), and without the public key there are no updates: the app then
 * says so. Returns what was written.
 */
export async function writeUpdateSource(
  file: string,
  address = process.env['CHATGLM_UPDATE_ADDRESS'] ?? '',
): Promise<{ address: string; publicKey: string } | null> {
  await rm(file, { force: true })
  if (address === '') return null
  if (!address.startsWith('https://'))
    throw new SetupError(`CHATGLM_UPDATE_ADDRESS must begin with https://, not be ${address}.`)
  if (!existsSync(updateKeyFile)) {
    say('There is no build/resources/update-key.pem, so this build will look for no updates.')
    return null
  }
  const source = { address, publicKey: await readFile(updateKeyFile, 'utf8') }
  await writeFile(file, `${JSON.stringify(source, null, 2)}\n`)
  return source
}
