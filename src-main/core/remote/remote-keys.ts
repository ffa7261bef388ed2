import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { RemoteId } from '../../shared/ids.ts'
import type { RemoteEngine } from '../../shared/remote.ts'
import { AppError } from '../../shared/errors.ts'
import { replaceFile } from '../downloads/replace-file.ts'
import type { SecretBox } from '../secrets.ts'

const fileSchema = z.record(z.string(), z.string())

/** The variable that holds the key of a server: `CHATGLM_REMOTE_KEY_` and its name. */
export const keyVariable = (name: string): string =>
  `CHATGLM_REMOTE_KEY_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`

/**
 * The keys of servers, in a file for this person alone, sealed where the system has a key store.
 * Never in the database, whose backups go further, and never read back by pages.
 */
export class RemoteKeys {
  private sealed: Record<string, string> = {}
  private changing: Promise<void> = Promise.resolve()

  constructor(
    private readonly file: string,
    private readonly box: SecretBox,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** Called once, before anything else asks. What cannot be read holds no key. */
  async load(): Promise<void> {
    const text = await readFile(this.file, 'utf8').catch(() => '{}')
    try {
      this.sealed = fileSchema.parse(JSON.parse(text))
    } catch {
      this.sealed = {}
    }
  }

  has({ id, name }: RemoteEngine): boolean {
    return id in this.sealed || this.env[keyVariable(name)] !== undefined
  }

  /** The key that was written, or that of the environment; null where there is none. */
  async read({ id, name }: RemoteEngine): Promise<string | null> {
    const sealed = this.sealed[id]
    const own = sealed === undefined ? null : await this.box.open(sealed)
    return own ?? this.env[keyVariable(name)] ?? null
  }

  write(id: RemoteId, key: string | null): Promise<void> {
    return this.change(async (sealed) => {
      const others = Object.fromEntries(Object.entries(sealed).filter(([one]) => one !== id))
      return key === null ? others : { ...others, [id]: await this.box.seal(key) }
    })
  }

  /** Forgets the keys of servers that are gone. */
  keepOnly(ids: readonly RemoteId[]): Promise<void> {
    return this.change(async (sealed) =>
      Object.fromEntries(Object.entries(sealed).filter(([id]) => ids.some((one) => one === id))),
    )
  }

  /** One change after the other, and none of the file when nothing is different. */
  private change(
    changed: (sealed: Record<string, string>) => Promise<Record<string, string>>,
  ): Promise<void> {
    const work = async () => {
      const sealed = await changed(this.sealed)
      if (!isDeepStrictEqual(sealed, this.sealed)) await this.save(sealed).catch(notKept)
      this.sealed = sealed
    }
    const changing = this.changing.then(work)
    this.changing = changing.catch(() => undefined) // whoever asked for it is told
    return changing
  }

  private async save(sealed: Record<string, string>): Promise<void> {
    if (Object.keys(sealed).length === 0) return rm(this.file, { force: true })
    await mkdir(dirname(this.file), { recursive: true })
    await replaceFile(this.file, JSON.stringify(sealed), 0o600)
  }
}

function notKept(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause)
  const message = `The key was not kept (${why}). See that the disk has room and that the app may write to its data folder, then enter it again.`
  throw new AppError('remote.key_not_kept', message, { cause })
}
