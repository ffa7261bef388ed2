import semver from 'semver'
import { AppError } from '../../shared/errors.ts'
import { withController } from '../downloads/abort.ts'
import { askHttp } from '../downloads/http-request.ts'
import { Network, type NetworkOptions } from '../downloads/network.ts'
import { SourceProblem } from '../downloads/source-problem.ts'
import { parseRelease, type Release } from './release-metadata.ts'
import type { UpdateMemory } from './update-memory.ts'
import type { UpdateSource } from './update-source.ts'

/** Far more than the metadata of any version. */
const longestText = 256 * 1024
const answerMs = 15_000

export interface ReleaseFeedOptions {
  source: UpdateSource
  /** As `metadataName` says. */
  name: string
  currentVersion: string
  memory: UpdateMemory
  network: () => NetworkOptions
}

/** Asks the page of versions for the newest one, and believes only what is signed. */
export class ReleaseFeed {
  constructor(private readonly options: ReleaseFeedOptions) {}

  /**
   * The newest version when it is newer than this app, else null. Throws AppError `update.*`, also
   * when an older version is offered than one that was seen before: someone keeps updates back.
   */
  async findNewer(signal: AbortSignal): Promise<Release | null> {
    const { source, name, memory, currentVersion, network } = this.options
    const opened = await Network.open(network())
    try {
      const base = `${source.address}/latest/download/${name}`
      const [text, signature] = await Promise.all([
        readText(opened, new URL(base), signal),
        readText(opened, new URL(`${base}.sig`), signal),
      ])
      const release = parseRelease({ name, text, signature, publicKey: source.publicKey })
      if (memory.hasSeenNewerThan(release.version)) throw withheld()
      await memory.remember(release.version, Date.now())
      return semver.gt(release.version, currentVersion) ? release : null
    } catch (error) {
      signal.throwIfAborted()
      throw error instanceof SourceProblem ? notReachable(error) : error
    } finally {
      opened.close()
    }
  }
}

const withheld = (): AppError =>
  new AppError(
    'update.withheld',
    'The update page offers an older version than it did before, so nothing was downloaded. Try again later, or on another network.',
  )

const notReachable = (cause: SourceProblem): AppError =>
  new AppError(
    'update.not_reachable',
    'The update page cannot be read. Check the connection and the proxy in the settings, then try again.',
    { cause },
  )

async function readText(network: Network, url: URL, signal: AbortSignal): Promise<string> {
  return withController(signal, async (controller) => {
    const headers = { 'cache-control': 'no-cache' }
    const timer = setTimeout(
      () => controller.abort(new SourceProblem('stalled', `${url.href} is not complete in time`)),
      answerMs,
    )
    try {
      const answer = await askHttp(network, { url, headers, controller, answerMs })
      if (answer.status !== 200)
        throw new SourceProblem('broken', `${url.href} answered ${answer.status}`)
      const chunks: Buffer[] = []
      let length = 0
      for await (const chunk of answer.body) {
        if (!Buffer.isBuffer(chunk)) continue
        length += chunk.length
        if (length > longestText) throw new SourceProblem('broken', `${url.href} is too long`)
        chunks.push(chunk)
      }
      return Buffer.concat(chunks).toString('utf8')
    } catch (error) {
      controller.signal.throwIfAborted()
      if (error instanceof SourceProblem) throw error
      throw new SourceProblem('unreachable', `${url.href} broke off`, { cause: error })
    } finally {
      clearTimeout(timer)
      controller.abort()
    }
  })
}
