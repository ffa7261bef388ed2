import { withController } from './abort.ts'
import type { DownloadLimits } from './download-limits.ts'
import type { FileFacts, FileSource } from './file-source.ts'
import {
  contentRange,
  gitBlobOf,
  header,
  linkedHash,
  numberHeader,
  statusProblem,
} from './http-answer.ts'
import { askHttp, type HttpAnswer } from './http-request.ts'
import type { Network } from './network.ts'
import type { ByteRange } from './part-file.ts'
import type { SourceEndpoint } from './source-endpoint.ts'
import type { SourceListing } from './source-listing.ts'
import { networkProblem, SourceProblem } from './source-problem.ts'

/** Hubs whose ETag of a small file is the name that Git gives it. Source: huggingface_hub. */
const gitHubs: ReadonlySet<string> = new Set(['huggingface', 'hf_mirror'])

export interface HttpSourceOptions {
  endpoint: SourceEndpoint
  url: URL
  /** The file as the source lists it; null when its headers are enough. */
  listing: SourceListing | null
  path: string
  network: Network
  limits: DownloadLimits
}

/** A file on the web. */
export class HttpSource implements FileSource {
  /** Where the redirects of the address led; the next requests save the way. */
  private resolved: URL | null = null

  constructor(private readonly options: HttpSourceOptions) {}

  get endpoint(): SourceEndpoint {
    return this.options.endpoint
  }

  get key(): string {
    return this.options.endpoint.base
  }

  async probe(signal: AbortSignal): Promise<FileFacts> {
    this.resolved = null
    const facts = await withController(signal, async (controller) => {
      const answer = await this.ask({ range: 'bytes=0-0' }, controller)
      const found = factsOf(answer)
      if (answer.status === 206) answer.body.resume()
      else answer.body.destroy() // it may be the whole file
      return found
    })
    const listed = await this.options.listing?.find(this.options.path, signal)
    const sha256 = facts.sha256 ?? listed?.sha256 ?? null
    const isHub = gitHubs.has(this.options.endpoint.kind)
    const told = sha256 === null && isHub ? gitBlobOf(facts.etag) : null
    return { ...facts, sha256, gitBlob: listed?.gitBlob ?? told }
  }

  async *read(range: ByteRange, facts: FileFacts, signal: AbortSignal) {
    signal.throwIfAborted()
    const controller = new AbortController()
    const follow = () => controller.abort(signal.reason)
    signal.addEventListener('abort', follow)
    try {
      const isWhole = !facts.hasRanges && range.start === 0
      const answer = await this.ask(isWhole ? {} : rangeHeaders(range, facts), controller)
      const end = checkAnswer(answer, range, facts, isWhole)
      yield* this.body(answer, end - range.start, controller)
      if (end < range.end) throw new SourceProblem('broken', 'the range was shortened')
    } finally {
      signal.removeEventListener('abort', follow)
      controller.abort()
    }
  }

  /** Asks where the last answer came from, and again from the beginning when that is outdated. */
  private async ask(headers: Record<string, string>, controller: AbortController) {
    const { network, url, endpoint, limits } = this.options
    const question = { headers, controller, answerMs: limits.answerMs }
    if (this.resolved) {
      const answer = await askHttp(network, { ...question, url: this.resolved })
      if (answer.status < 400 || [416, 429].includes(answer.status) || answer.status >= 500)
        return answer
      this.resolved = null
      answer.body.resume()
    }
    const answer = await askHttp(network, { ...question, url, token: endpoint.token })
    if (answer.redirects.length > 0 && answer.status < 300) this.resolved = answer.url
    return answer
  }

  private async *body(answer: HttpAnswer, length: number, controller: AbortController) {
    const { stallMs } = this.options.limits
    const stall = () =>
      controller.abort(new SourceProblem('stalled', `no byte within ${stallMs} ms`))
    let timer = setTimeout(stall, stallMs)
    let received = 0
    try {
      for await (const chunk of answer.body) {
        clearTimeout(timer)
        if (!(chunk instanceof Uint8Array)) continue
        received += chunk.length
        if (received > length) throw new SourceProblem('broken', 'more bytes than promised')
        yield chunk // the reader may take its time
        timer = setTimeout(stall, stallMs)
      }
    } catch (error) {
      controller.signal.throwIfAborted()
      throw networkProblem(error)
    } finally {
      clearTimeout(timer)
    }
    if (received < length) throw new SourceProblem('broken', 'fewer bytes than promised')
  }
}

function rangeHeaders({ start, end }: ByteRange, { etag }: FileFacts): Record<string, string> {
  const isStrong = etag?.startsWith('"') === true
  return { range: `bytes=${start}-${end - 1}`, ...(isStrong ? { 'if-range': etag } : {}) }
}

/** Reads an answer to a request for the first byte. */
function factsOf(answer: HttpAnswer): Omit<FileFacts, 'gitBlob'> {
  const { status, headers, redirects } = answer
  if (status !== 200 && status !== 206) throw statusProblem(status, headers)
  const hops = [...redirects, headers]
  const linkedSize = hops.map((hop) => numberHeader(hop, 'x-linked-size')).find(isKnown)
  const size =
    status === 206 ? contentRange(headers)?.sizeBytes : numberHeader(headers, 'content-length')
  const sizeBytes = size ?? linkedSize
  if (sizeBytes === undefined) throw new SourceProblem('broken', 'no size is told')
  if (linkedSize !== undefined && linkedSize !== sizeBytes)
    throw new SourceProblem('broken', 'two sizes are told')
  const sha256 = hops.map(linkedHash).find(isKnown) ?? null
  return { sizeBytes, sha256, etag: header(headers, 'etag'), hasRanges: status === 206 }
}

const isKnown = <T>(value: T | null): value is T => value !== null

/** Where the bytes of the answer end. */
function checkAnswer(
  answer: HttpAnswer,
  range: ByteRange,
  facts: FileFacts,
  isWhole: boolean,
): number {
  const { status, headers } = answer
  if (status !== 200 && status !== 206) throw statusProblem(status, headers)
  if (facts.etag !== null && facts.etag !== header(headers, 'etag'))
    throw new SourceProblem('changed', 'the file has another version')
  const encoding = header(headers, 'content-encoding')
  if (encoding !== null && encoding !== 'identity')
    throw new SourceProblem('broken', `the answer is packed with ${encoding}`)
  const length = numberHeader(headers, 'content-length')
  if (status === 200) {
    if (!isWhole) throw new SourceProblem('broken', 'the answer is the whole file')
    if (length !== null && length !== facts.sizeBytes)
      throw new SourceProblem('changed', 'the file has another size')
    return range.end
  }
  const got = contentRange(headers)
  if (got?.start !== range.start || got.end > range.end || got.end <= got.start)
    throw new SourceProblem('broken', 'the answer is another range')
  if (got.sizeBytes !== null && got.sizeBytes !== facts.sizeBytes)
    throw new SourceProblem('changed', 'the file has another size')
  if (length !== null && length !== got.end - got.start)
    throw new SourceProblem('broken', 'the length is not that of the range')
  return got.end
}
