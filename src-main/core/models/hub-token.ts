import type { SecretBox } from '../secrets.ts'
import type { StoreClient } from '../store/store-client.ts'

const key = 'hub.token'

/** The token for Hugging Face: written, used for its requests alone, and never read back by pages. */
export class HubToken {
  private token: string | null = null

  constructor(
    private readonly store: StoreClient,
    private readonly box: SecretBox,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Called once, before anything else asks. */
  async load(): Promise<void> {
    const stored = (await this.store.ask('settings.read', {}))[key]
    this.token = typeof stored === 'string' ? await this.box.open(stored) : null
  }

  /** `HF_TOKEN` counts where none was written, as for the hub's own programs. */
  read(): string | null {
    return this.token ?? this.env['HF_TOKEN'] ?? null
  }

  async write(token: string | null): Promise<void> {
    const value = token === null ? null : await this.box.seal(token)
    await this.store.ask('settings.write', { key, value })
    this.token = token
  }
}
