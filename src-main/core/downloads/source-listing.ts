import { text as readText } from 'node:stream/consumers'
import { z } from 'zod'
import type { FetchableModel } from '../../shared/catalogue.ts'
import { withController } from './abort.ts'
import type { DownloadLimits } from './download-limits.ts'
import { gitBlobOf } from './http-answer.ts'
import { askHttp } from './http-request.ts'
import type { Network } from './network.ts'
import type { SourceEndpoint } from './source-endpoint.ts'
import { SourceProblem } from './source-problem.ts'

export interface ListedFile {
  path: string
  sha256: string | null
  gitBlob: string | null
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/i)

/** A page of the tree of a hub; large files carry their hash, the others the name that Git gives them. */
const hubTree = z
  .array(
    z.object({
      path: z.string(),
      oid: z.string().optional(),
      lfs: z.object({ oid: sha256 }).optional(),
    }),
  )
  .transform((entries) =>
    entries.map(({ path, oid, lfs }): ListedFile => ({
      path,
      sha256: lfs?.oid ?? null,
      // Of a large file it names a pointer, not the content.
      gitBlob: lfs === undefined ? gitBlobOf(oid ?? null) : null,
    })),
  )

const modelScopeFiles = z
  .object({
    Data: z.object({
      Files: z.array(z.object({ Path: z.string(), Sha256: z.string().nullish() })),
    }),
  })
  .transform(({ Data }) =>
    Data.Files.map(({ Path, Sha256 }): ListedFile => ({
      path: Path,
      sha256: sha256.safeParse(Sha256).success ? (Sha256 ?? null) : null,
      gitBlob: null,
    })),
  )

/** The files of a model as one source lists them, with their hashes. It is asked once. */
export class SourceListing {
  private files: Promise<ListedFile[]> | undefined

  private constructor(
    private readonly endpoint: SourceEndpoint,
    private readonly url: URL,
    private readonly network: Network,
    private readonly limits: DownloadLimits,
  ) {}

  /** Null for sources that have no such list. */
  static of(
    endpoint: SourceEndpoint,
    model: FetchableModel,
    network: Network,
    limits: DownloadLimits,
  ): SourceListing | null {
    const { kind, base } = endpoint
    const repository = kind === 'custom' ? undefined : model.sources[kind]
    if (repository === undefined || kind === 'tsinghua') return null
    const address =
      kind === 'modelscope'
        ? `${base}/api/v1/models/${repository}/repo/files?Revision=master&Recursive=true`
        : `${base}/api/models/${repository}/tree/main?recursive=true`
    return new SourceListing(endpoint, new URL(address), network, limits)
  }

  /** What is listed of a file; null when it is not, or when there is no list today. */
  async find(path: string, signal: AbortSignal): Promise<ListedFile | null> {
    this.files ??= this.load(signal)
    try {
      return (await this.files).find((file) => file.path === path) ?? null
    } catch (error) {
      this.files = undefined
      signal.throwIfAborted()
      if (error instanceof SourceProblem) return null // the file can be fetched without a list
      throw error
    }
  }

  private load(signal: AbortSignal): Promise<ListedFile[]> {
    const { url, network, limits, endpoint } = this
    return withController(signal, async (controller) => {
      const { token } = endpoint
      const question = { url, headers: {}, token, controller, answerMs: limits.answerMs }
      const answer = await askHttp(network, question)
      const timer = setTimeout(() => answer.body.destroy(), limits.answerMs)
      const text = await readText(answer.body)
        .catch(() => '') // there is no list
        .finally(() => clearTimeout(timer))
      if (answer.status !== 200) throw new SourceProblem('broken', 'there is no list')
      const schema = this.endpoint.kind === 'modelscope' ? modelScopeFiles : hubTree
      const parsed = schema.safeParse(parseJson(text))
      if (!parsed.success) throw new SourceProblem('broken', 'the list cannot be read')
      return parsed.data
    })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // no list
  }
}
