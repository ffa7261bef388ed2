import { fileURLToPath } from 'node:url'
import type { CatalogueFile, FetchableModel } from '../../shared/catalogue.ts'
import { pause, withController } from './abort.ts'
import type { DownloadLimits } from './download-limits.ts'
import type { FileSource } from './file-source.ts'
import { FolderSource } from './folder-source.ts'
import { HttpSource } from './http-source.ts'
import type { Network } from './network.ts'
import { fileAddress, isWebAddress, type SourceEndpoint } from './source-endpoint.ts'
import { SourceListing } from './source-listing.ts'

interface Surroundings {
  model: FetchableModel
  network: Network
  limits: DownloadLimits
}

interface ModelSource {
  endpoint: SourceEndpoint
  listing: SourceListing | null
}

/** The sources that may have a model, in the order in which they are asked. */
export class ModelSources {
  private constructor(
    private sources: ModelSource[],
    private readonly surroundings: Surroundings,
  ) {}

  static of(endpoints: SourceEndpoint[], surroundings: Surroundings): ModelSources {
    const { model, network, limits } = surroundings
    const sources = endpoints
      .filter((endpoint) => fileAddress(endpoint, model, '') !== null)
      .map((endpoint) => {
        const listing = SourceListing.of(endpoint, model, network, limits)
        return { endpoint, listing }
      })
    return new ModelSources(sources, surroundings)
  }

  get isEmpty(): boolean {
    return this.sources.length === 0
  }

  ofFile(file: CatalogueFile): FileSource[] {
    return this.sources.flatMap((source) => this.fileAt(source, file.path, file.sha256) ?? [])
  }

  /** Asks all sources for a file at once and puts the one first that answers first. */
  async race(path: string, signal: AbortSignal): Promise<void> {
    const winner = await withController(signal, async (controller) => {
      const asked = this.sources.map(async (source) => {
        await this.fileAt(source, path, '')?.probe(controller.signal)
        return source
      })
      const tooLate = pause(this.surroundings.limits.answerMs, controller.signal)
      try {
        return await Promise.any([...asked, tooLate])
      } catch {
        signal.throwIfAborted()
        return null // none answers; the download says so when it is its turn
      } finally {
        controller.abort()
        await Promise.allSettled([...asked, tooLate])
      }
    })
    if (winner) this.sources = [winner, ...this.sources.filter((source) => source !== winner)]
  }

  /** A hash that the catalogue knows need not be asked for. */
  private fileAt({ endpoint, listing }: ModelSource, path: string, sha256: string | null) {
    const { model, network, limits } = this.surroundings
    const address = fileAddress(endpoint, model, path)
    if (address === null) return null
    if (!isWebAddress(endpoint.base)) return new FolderSource(endpoint, filePath(address))
    const url = new URL(address)
    const needed = sha256 === null ? listing : null
    return new HttpSource({ endpoint, url, listing: needed, path, network, limits })
  }
}

const filePath = (address: string): string =>
  address.startsWith('file:') ? fileURLToPath(address) : address
