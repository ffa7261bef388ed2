import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fetchModelFiles } from '../../core/downloads/fetch-model-files.ts'
import type { NetworkOptions } from '../../core/downloads/network.ts'
import type { Release } from '../../core/updates/release-metadata.ts'
import type { DownloadingUpdate } from '../../core/updates/update-means.ts'

export interface ReleaseDownloadOptions {
  /** As in the update source. */
  address: string
  /** Parts of files are kept here until they are whole. */
  folder: string
  network: () => NetworkOptions
}

/**
 * Brings the bytes for electron-updater, in place of its own client: with the downloader of the
 * models, which goes on after a crash, knows the proxy and the certificates of the settings, and
 * compares every file with the signed SHA-256.
 */
export class ReleaseDownload {
  constructor(private readonly options: ReleaseDownloadOptions) {}

  /** Puts the file of that address at `destination`. Throws as `fetchModelFiles` does. */
  async fetch(
    url: URL,
    destination: string,
    { release, signal, onProgress }: DownloadingUpdate & { release: Release },
  ): Promise<void> {
    const { address, network } = this.options
    const path = basename(decodeURIComponent(url.pathname))
    const file = release.files.find((one) => one.url === path)
    if (file === undefined) throw new Error(`${path} is no file of version ${release.version}`)
    const folder = await this.folderOf(release.version)
    await fetchModelFiles({
      model: {
        id: `v${release.version}`,
        name: `ChatGLM Desktop ${release.version}`,
        files: [{ path, sizeBytes: file.size, sha256: file.sha256 }],
        sources: {},
      },
      folder,
      sources: [{ kind: 'custom', base: `${address}/download` }],
      network: network(),
      signal,
      onProgress: ({ doneBytes, totalBytes, step }) =>
        onProgress(
          doneBytes,
          totalBytes ?? file.size,
          step.type === 'waiting' ? step.failure : null,
        ),
    })
    await rename(join(folder, path), destination)
    await rm(folder, { recursive: true })
  }

  /** The parts of other versions are of no use any more. */
  private async folderOf(version: string): Promise<string> {
    const { folder } = this.options
    await mkdir(folder, { recursive: true })
    for (const other of await readdir(folder))
      if (other !== version) await rm(join(folder, other), { recursive: true, force: true })
    return join(folder, version)
  }
}
