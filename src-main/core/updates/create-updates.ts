import { join } from 'node:path'
import type { AppRequests } from '../../shared/app-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { NetworkOptions } from '../downloads/network.ts'
import { metadataName, type Release } from './release-metadata.ts'
import { ReleaseFeed } from './release-feed.ts'
import { UpdateMemory } from './update-memory.ts'
import type { UpdateMeans } from './update-means.ts'
import { UpdateService, type UpdateServices } from './update-service.ts'

interface Surroundings extends Pick<UpdateServices, 'settings' | 'events' | 'log' | 'isReplying'> {
  means: UpdateMeans
  currentVersion: string
  dataFolder: string
  network: () => NetworkOptions
}

type Handlers = {
  [R in Extract<keyof AppRequests, `update.${string}`>]: (
    params: AppRequests[R]['params'],
  ) => AppRequests[R]['result'] | Promise<AppRequests[R]['result']>
}

/** The requests about updates, and their beginning and end, whatever the host can do. */
export interface Updates {
  handlers: Handlers
  begin(): void
  close(): void
}

function noUpdates(reason: Extract<UpdateMeans, { type: 'none' }>['reason']): Updates {
  const refuse = () => {
    throw new AppError('update.unavailable', 'This app is not updated from within.')
  }
  return {
    handlers: {
      'update.read': () => ({ type: 'unavailable', reason }),
      'update.check': refuse,
      'update.download': refuse,
      'update.cancel': refuse,
      'update.install': refuse,
    },
    begin: () => undefined,
    close: () => undefined,
  }
}

/** The largest file stands for all: the installer of this system is not known before its download. */
const largest = ({ files }: Release): number => Math.max(...files.map(({ size }) => size))

/** Puts together what finds, downloads and installs new versions. */
export async function createUpdates(surroundings: Surroundings): Promise<Updates> {
  const { means, currentVersion, dataFolder, network, ...services } = surroundings
  if (means.type === 'none') return noUpdates(means.reason)
  const { source } = means
  const memory = new UpdateMemory(join(dataFolder, 'updates.json'))
  await memory.load()
  const name = metadataName(process.platform, process.arch)
  const updates = new UpdateService({
    ...services,
    feed: new ReleaseFeed({ source, name, currentVersion, memory, network }),
    installer: means.type === 'installer' ? means.createInstaller(network) : null,
    pageUrl: ({ version }) => `${source.address}/tag/v${version}`,
    sizeBytes: largest,
    checkedAtMs: () => memory.checkedAtMs,
  })
  return {
    handlers: {
      'update.read': () => updates.read(),
      'update.check': async () => {
        await updates.check()
        return null
      },
      'update.download': () => {
        updates.download()
        return null
      },
      'update.cancel': () => {
        updates.cancel()
        return null
      },
      'update.install': async ({ endsReplies }) => {
        await updates.install(endsReplies)
        return null
      },
    },
    begin: () => updates.begin(),
    close: () => updates.close(),
  }
}
