import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, Platform } from 'electron-builder'
import { z } from 'zod'
import { ensureApp } from '../app-build.ts'
import { ensureElectron } from '../electron-program.ts'
import { engineBuildFolder } from '../engine-build.ts'
import { root } from '../paths.ts'
import { hasProgram, say } from '../run.ts'
import { ensureTestElectron, testElectronVersion } from '../test-electron.ts'
import {
  builderConfig,
  generatedFolder,
  packagesFolder,
  type LocalElectron,
} from './builder-config.ts'
import { engineSigner, finishEngine } from './sign-engine.ts'
import { writeUpdateSource } from './update-source.ts'
import { makeArchive, makeDeb } from './linux-packages.ts'

const packageSchema = z.object({ version: z.string() })

/** The test runtime, where the official Electron cannot be downloaded. */
async function localElectron(isClosed: boolean): Promise<LocalElectron | null> {
  if (!isClosed && (await ensureElectron()) !== null) return null
  const program = await ensureTestElectron()
  return { folder: join(program, '..'), version: testElectronVersion }
}

async function makeLinuxPackages(): Promise<void> {
  const { version } = packageSchema.parse(
    JSON.parse(await readFile(join(root, 'package.json'), 'utf8')),
  )
  const options = {
    unpacked: join(packagesFolder, 'linux-unpacked'),
    version,
    outputFolder: packagesFolder,
    compression: 'small',
  } as const
  await makeArchive(options)
  if (await hasProgram('dpkg-deb')) await makeDeb(options)
  else say('There is no dpkg-deb here, so no Debian package was made.')
}

/**
 * Makes the installers of this system. `--dir` stops at the folder that they are made from;
 * `--closed-network` needs no download, which also happens by itself when Electron cannot be had.
 */
export async function packageApp(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { dir: { type: 'boolean' }, 'closed-network': { type: 'boolean' } },
  })
  await ensureApp()
  const updates = await writeUpdateSource(join(generatedFolder, 'update-source.json'))
  const local = await localElectron(values['closed-network'] ?? false)
  const isFolderOnly = local !== null || values.dir === true
  const engine = join(engineBuildFolder('release'), 'bin')
  const manifest = join(generatedFolder, 'engine-manifest.json')
  await build({
    projectDir: root,
    config: {
      ...builderConfig(local, updates?.address ?? null),
      beforePack: ({ packager }) => finishEngine(engine, manifest, engineSigner(packager)),
    },
    targets: Platform.current().createTarget(isFolderOnly ? 'dir' : null),
    publish: 'never',
  })
  if (process.platform === 'linux' && values.dir !== true) await makeLinuxPackages()
  say(`The packages are in ${packagesFolder}.`)
}
