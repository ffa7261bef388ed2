import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DownloadChoice } from '../../shared/downloads.ts'
import type { AppSettings } from '../../shared/settings.ts'
import { BandwidthLimiter } from '../downloads/bandwidth-limiter.ts'
import type { NetworkOptions } from '../downloads/network.ts'
import { sourceEndpoints } from '../downloads/source-endpoint.ts'
import type { CatalogueService } from '../catalogue/catalogue-service.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { fetchModel, type FetchModelOptions } from './fetch-model.ts'
import { removeDrafts } from './drafts.ts'
import { hasKeptSource, sourceFolderOf } from './model-manifest.ts'
import type { ModelsFolder } from './models-folder.ts'
import type { ModelOnDisk } from './model-manifest.ts'

export interface FetcherServices {
  catalogue: CatalogueService
  folder: ModelsFolder
  engine: () => Promise<EngineClient>
  settings: () => Pick<
    AppSettings,
    'proxy' | 'certificateFile' | 'downloadSource' | 'customSource' | 'downloadLimitBytesPerSecond'
  >
  hubToken: () => string | null
  /** The proxy of the system for an address, where the host knows it. */
  resolveProxy?: NetworkOptions['resolveProxy']
}

/** Fetches models of the catalogue as the settings say, for the app and the terminal program. */
export class ModelFetcher {
  private readonly limiter: BandwidthLimiter

  constructor(private readonly services: FetcherServices) {
    this.limiter = new BandwidthLimiter(services.settings().downloadLimitBytesPerSecond)
  }

  /** How the network is reached now. */
  network(): NetworkOptions {
    const { proxy, certificateFile } = this.services.settings()
    return { proxy, certificateFile, resolveProxy: this.services.resolveProxy }
  }

  /** Holds for what is being fetched already. */
  applyLimit(): void {
    this.limiter.setLimit(this.services.settings().downloadLimitBytesPerSecond)
  }

  /** As `fetchModel`. */
  async fetch(
    catalogueId: string,
    { choice, signal, onProgress }: Pick<FetchModelOptions, 'choice' | 'signal' | 'onProgress'>,
  ): Promise<ModelOnDisk> {
    const { catalogue, folder, engine, settings, hubToken } = this.services
    const model = await catalogue.find(catalogueId)
    const { licences } = await catalogue.read()
    const { downloadSource, customSource } = settings()
    return fetchModel({
      ...{ model, choice, engine, signal, onProgress },
      licence: licences.find(({ id }) => id === model.licenceId)?.text ?? '',
      modelFolder: await folder.ofModel(catalogueId),
      fetching: {
        sources: sourceEndpoints({
          ...{ preferred: downloadSource, custom: customSource, hubToken: hubToken() },
        }),
        race: downloadSource === 'auto',
        network: this.network(),
        limiter: this.limiter,
      },
    })
  }

  /**
   * Deletes what was made of a model on its way, and what was fetched of it unless `keepsFiles`:
   * another one is on its way from the same files. A model that is whole stays, with its files.
   */
  async discard(
    { catalogueId, convertTo }: Pick<DownloadChoice, 'catalogueId' | 'convertTo'>,
    keepsFiles: boolean,
  ): Promise<void> {
    const folder = join(this.services.folder.path(), catalogueId)
    const source = sourceFolderOf(folder)
    await removeDrafts(folder, source, { type: convertTo })
    if (keepsFiles || (await hasKeptSource(folder))) return
    await rm(source, { recursive: true, force: true })
  }
}
