import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import type { StoreClient } from '../store/store-client.ts'

const key = 'licences.accepted'

/** Which licences the person has accepted; each is asked for once. */
export class AcceptedLicences {
  constructor(private readonly store: StoreClient) {}

  async list(): Promise<string[]> {
    const stored = (await this.store.ask('settings.read', {}))[key]
    return z.array(z.string()).catch([]).parse(stored)
  }

  async accept(licenceId: string): Promise<void> {
    const accepted = new Set(await this.list()).add(licenceId)
    await this.store.ask('settings.write', { key, value: [...accepted] })
  }

  /** Throws AppError `licence.not_accepted`. */
  async require(licenceId: string): Promise<void> {
    if ((await this.list()).includes(licenceId)) return
    throw new AppError(
      'licence.not_accepted',
      'Read and accept the licence of this model before it is downloaded.',
    )
  }
}
