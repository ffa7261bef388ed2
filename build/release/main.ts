/** The steps of a release, as `.github/workflows/release.yml` calls them: `npm run release -- --help`. */
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { updateKeyFile } from '../setup/package/update-source.ts'
import { root } from '../setup/paths.ts'
import { say, SetupError } from '../setup/run.ts'
import { checkVersion } from './check-version.ts'
import { writeChecksums } from './checksums.ts'
import { copyVisualCppRuntime } from './visual-cpp-runtime.ts'
import { writeMetadata } from './metadata.ts'
import { writeSbom } from './sbom.ts'
import { createKeys, signMetadata } from './signatures.ts'

async function currentVersion(): Promise<string> {
  const text = await readFile(join(root, 'package.json'), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Signs with the key of the environment; without one the release is plainly without updates. */
async function signAll(folder: string): Promise<void> {
  const privateKey = process.env['CHATGLM_UPDATE_KEY'] ?? ''
  if (privateKey === '' && !existsSync(updateKeyFile))
    return say('UNSIGNED: no key for updates, so the apps of this release look for none.')
  if (privateKey === '')
    throw new SetupError('These apps will look for updates, but CHATGLM_UPDATE_KEY is not set.')
  if (!existsSync(updateKeyFile))
    throw new SetupError(`CHATGLM_UPDATE_KEY is set, but ${updateKeyFile} is not there.`)
  await signMetadata(folder, { privateKey, publicKey: await readFile(updateKeyFile, 'utf8') })
}

/** Keeps the private half where nobody else can read it. */
async function writeKeys(privateFile: string): Promise<void> {
  if (existsSync(updateKeyFile)) throw new SetupError(`${updateKeyFile} is there already.`)
  const { privateKey, publicKey } = createKeys()
  await writeFile(privateFile, privateKey, { mode: 0o600, flag: 'wx' })
  await writeFile(updateKeyFile, publicKey, { flag: 'wx' })
}

const program = new Command('release')
program.command('check-version <tag>').action(async (tag: string) => {
  await checkVersion(tag)
})
program.command('metadata <folder>').action(async (folder: string) => {
  await writeMetadata(folder, await currentVersion(), new Date())
})
program.command('sign <folder>').action(signAll)
program.command('sbom <file>').action(writeSbom)
program.command('checksums <folder>').action(async (folder: string) => {
  await writeChecksums(folder)
})
program.command('visual-cpp <folder>').action(async (folder: string) => {
  await copyVisualCppRuntime(process.env['VCToolsRedistDir'] ?? '', folder)
})
program.command('new-key <private-file>').action(writeKeys)

try {
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
