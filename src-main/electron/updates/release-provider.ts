import { Provider, type UpdateInfo } from 'electron-updater'
import type { ProviderRuntimeOptions } from 'electron-updater/out/providers/Provider.js'
import type { Release } from '../../core/updates/release-metadata.ts'

/** Where the files of a version lie. */
const releaseFolder = (address: string, version: string): string =>
  `${address}/download/v${version}/`

/**
 * Gives electron-updater the version whose signature was proven, so that it asks the network for
 * none itself.
 */
export function releaseProvider(address: string, release: () => Release) {
  class ReleaseProvider extends Provider<UpdateInfo> {
    constructor(_options: unknown, _updater: unknown, runtimeOptions: ProviderRuntimeOptions) {
      super(runtimeOptions)
    }

    getLatestVersion(): Promise<UpdateInfo> {
      return Promise.resolve(release())
    }

    resolveFiles({ files, version }: UpdateInfo) {
      const folder = releaseFolder(address, version)
      return files.map((info) => ({ url: new URL(info.url, folder), info }))
    }
  }
  return { provider: 'custom', updateProvider: ReleaseProvider } as const
}
