import { randomBytes } from 'node:crypto'
import type { SecretBox } from '../secrets.ts'
import type { StoreClient } from '../store/store-client.ts'

const key = 'api.token'

/** A token that nobody can guess, in the form that clients of OpenAI expect. */
export const newApiToken = (): string => `sk-${randomBytes(24).toString('base64url')}`

/** The token of the API: made once, kept as a secret, renewed when the person wants. */
export class ApiToken {
  private token: Promise<string> | null = null

  constructor(
    private readonly store: StoreClient,
    private readonly box: SecretBox,
  ) {}

  /** Makes one at the first time. */
  read(): Promise<string> {
    return (this.token ??= this.load())
  }

  /** Whoever has the old one is locked out. */
  async renew(): Promise<string> {
    const token = newApiToken()
    await this.store.ask('settings.write', { key, value: await this.box.seal(token) })
    this.token = Promise.resolve(token)
    return token
  }

  private async load(): Promise<string> {
    const stored = (await this.store.ask('settings.read', {}))[key]
    const token = typeof stored === 'string' ? await this.box.open(stored) : null
    return token ?? this.renew()
  }
}
