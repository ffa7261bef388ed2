import type { RemoteId } from '../../shared/ids.ts'
import type { RemoteChoice, RemoteEngine, RemoteModel } from '../../shared/remote.ts'
import type { SamplingOptions } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { HistoryRound } from '../chat/chat-history.ts'
import type { NetworkOptions } from '../downloads/network.ts'
import type { Logger } from '../logger.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import { RemoteClient, type RemoteClientOptions } from './remote-client.ts'
import type { RemoteKeys } from './remote-keys.ts'
import { RemoteReply } from './remote-reply.ts'

export interface RemoteServices {
  settings: SettingsService
  keys: RemoteKeys
  network: () => NetworkOptions
  log: Logger
}

/** The conversation that a server is asked to go on with. */
export interface RemoteQuestion {
  preamble: string
  rounds: HistoryRound[]
  question: string
  sampling: SamplingOptions
}

/** Servers that the person set up. None is asked anything but for a chat or a list of its models. */
export class RemoteService {
  constructor(private readonly services: RemoteServices) {
    const { settings, keys, log } = services
    settings.onChange(() => {
      const ids = settings.read().remotes.map(({ id }) => id)
      keys.keepOnly(ids).catch((error: unknown) => log.error('a key was not deleted', error))
    })
  }

  /** Those that have a key; the keys themselves stay here. */
  withKeys(): RemoteId[] {
    const { settings, keys } = this.services
    return settings.read().remotes.flatMap((remote) => (keys.has(remote) ? [remote.id] : []))
  }

  async writeKey(id: RemoteId, key: string | null): Promise<void> {
    await this.services.keys.write(this.find(id).id, key)
  }

  /** Asks the server. Throws AppError `remote.*`. */
  async models(id: RemoteId): Promise<RemoteModel[]> {
    const client = await RemoteClient.open(await this.access(this.find(id)))
    return client.models().finally(() => client.close())
  }

  /** What writes the reply once it is asked to. Throws AppError `remote.gone`. */
  async reply({ remoteId, model }: RemoteChoice, question: RemoteQuestion): Promise<RemoteReply> {
    return new RemoteReply({ ...(await this.access(this.find(remoteId))), model, ...question })
  }

  private async access(remote: RemoteEngine): Promise<RemoteClientOptions> {
    const key = await this.services.keys.read(remote)
    return { address: remote.address, key, network: this.services.network() }
  }

  private find(id: RemoteId): RemoteEngine {
    const found = this.services.settings.read().remotes.find((remote) => remote.id === id)
    if (found) return found
    throw new AppError(
      'remote.gone',
      'The server of this chat is no longer set up. Choose a model in the menu above.',
    )
  }
}
