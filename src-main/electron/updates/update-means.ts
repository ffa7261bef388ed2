import { readUpdateSource } from '../../core/updates/update-source.ts'
import type { UpdateInstaller, UpdateMeans } from '../../core/updates/update-means.ts'
import type { PackageInstallerOptions } from './package-installer.ts'

export interface UpdateMeansOptions extends Omit<PackageInstallerOptions, 'address' | 'network'> {
  /** What the packaging has written into the app; null in a checkout. */
  sourceFile: string | null
  env: NodeJS.ProcessEnv
}

/**
 * Whether an app replaces itself: an AppImage, and what the installers of Windows and macOS have
 * put there. Packages of a Linux system, archives and portable programs are replaced by a person.
 */
export function replacesItself(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (platform === 'darwin') return true
  if (platform === 'win32') return env['PORTABLE_EXECUTABLE_DIR'] === undefined
  return env['APPIMAGE'] !== undefined
}

/** What this build can do about updates. */
export async function updateMeans(options: UpdateMeansOptions): Promise<UpdateMeans> {
  const { sourceFile, env, ...installing } = options
  if (sourceFile === null) return { type: 'none', reason: 'development' }
  const source = await readUpdateSource(sourceFile)
  if (source === null) return { type: 'none', reason: 'no_key' }
  if (!replacesItself(installing.platform, env)) return { type: 'by_hand', source }
  const { address } = source
  return {
    type: 'installer',
    source,
    createInstaller: (network) => {
      // The library is needed by few starts, and delays each that loads it.
      let installer: Promise<UpdateInstaller> | undefined
      const load = () =>
        (installer ??= import('./package-installer.ts').then(
          ({ PackageInstaller }) => new PackageInstaller({ ...installing, address, network }),
        ))
      return {
        download: async (release, downloading) => (await load()).download(release, downloading),
        install: async () => (await load()).install(),
      }
    },
  }
}
