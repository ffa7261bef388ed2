import { ExponentialBackoff, type IBackoff } from 'cockatiel'
import type { AppFailure } from '../../shared/errors.ts'
import { pause } from './abort.ts'
import { finalFailure, waitingFailure } from './download-failure.ts'
import type { DownloadLimits } from './download-limits.ts'
import type { FileFacts, FileSource } from './file-source.ts'
import { type ProblemKind, SourceProblem } from './source-problem.ts'

/** What is known of a file, whoever told it. */
export interface KnownFile {
  path: string
  sizeBytes: number | null
  sha256: string | null
  gitBlob: string | null
}

/** A source that has the file, as it said. */
export interface ReadySource {
  source: FileSource
  facts: FileFacts
}

interface Entry {
  source: FileSource
  facts: FileFacts | null
  probing: Promise<void> | null
  /** Set when asking again would not help. */
  refusal: ProblemKind | null
  restAtMs: number
  backoff: IBackoff<unknown> | null
  lastProblem: ProblemKind | null
  changes: number
}

/** So many bytes show that a source is well. */
const soundBytes = 2 ** 16
const maxChanges = 3

/**
 * The sources of one file. Gives out the most preferred one that is not resting: a source rests
 * after a failure, longer each time, and the next one takes over at once.
 */
export class SourcePool {
  private readonly entries: Entry[]

  constructor(
    sources: FileSource[],
    readonly known: KnownFile,
    private readonly limits: DownloadLimits,
    private readonly onWaiting: (failure: AppFailure, retryAtMs: number) => void,
  ) {
    const fresh = { facts: null, probing: null, refusal: null, backoff: null, lastProblem: null }
    this.entries = sources.map((source) => ({ source, ...fresh, restAtMs: 0, changes: 0 }))
  }

  /**
   * A source to read from, one other than `avoided` where there is one. Waits while all rest.
   * Throws AppError when none is left.
   */
  async pick(signal: AbortSignal, avoided: FileSource | null = null): Promise<ReadySource> {
    for (;;) {
      signal.throwIfAborted()
      const open = this.entries.filter(({ refusal }) => refusal === null)
      if (open.length === 0) throw finalFailure(this.known.path, this.refusals())
      const nowMs = performance.now()
      const ready = open.filter(({ restAtMs }) => restAtMs <= nowMs).sort(byRanges)
      const entry = ready.find(({ source }) => source !== avoided) ?? ready[0]
      if (!entry) await this.rest(open, signal)
      else if (entry.facts) return { source: entry.source, facts: entry.facts }
      else await this.probe(entry, signal)
    }
  }

  /** Takes down how reading went. `bytes` is what arrived before. */
  failed({ source, facts }: ReadySource, problem: SourceProblem, bytes: number): void {
    const entry = this.entries.find((one) => one.source === source)
    // Connections that began before it was asked again have nothing new to say.
    if (entry?.facts === facts) this.note(entry, problem, bytes)
  }

  succeeded({ source }: ReadySource): void {
    const entry = this.entries.find((one) => one.source === source)
    if (entry) Object.assign(entry, { backoff: null, changes: 0 })
  }

  /** Forgets what made sources unfit, so that another version of the file can be agreed on. */
  relearn(): void {
    for (const entry of this.entries) {
      if (entry.refusal !== 'changed') continue
      entry.refusal = null
      entry.facts = null
    }
  }

  private refusals(): ProblemKind[] {
    return this.entries.flatMap(({ refusal }) => refusal ?? [])
  }

  private async rest(open: Entry[], signal: AbortSignal): Promise<void> {
    const ms = Math.min(...open.map(({ restAtMs }) => restAtMs)) - performance.now()
    const kind = open[0]?.lastProblem ?? null
    if (ms >= this.limits.tellWaitMs) this.onWaiting(waitingFailure(kind), Date.now() + ms)
    await pause(Math.max(1, ms), signal)
  }

  /** One connection asks; the others wait for the answer. */
  private async probe(entry: Entry, signal: AbortSignal): Promise<void> {
    entry.probing ??= this.probeNow(entry, signal).finally(() => {
      entry.probing = null
    })
    await entry.probing
  }

  private async probeNow(entry: Entry, signal: AbortSignal): Promise<void> {
    try {
      const facts = await entry.source.probe(signal)
      this.compare(facts)
      entry.facts = facts
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof SourceProblem)) throw error
      this.note(entry, error, 0)
      if (error.kind === 'changed') entry.refusal = 'changed'
    }
  }

  /** The first source that knows something decides; one that contradicts is not used. */
  private compare({ sizeBytes, sha256, gitBlob }: FileFacts): void {
    const { known } = this
    const isOther =
      (known.sizeBytes !== null && known.sizeBytes !== sizeBytes) ||
      (known.sha256 !== null && sha256 !== null && known.sha256 !== sha256) ||
      (known.gitBlob !== null && gitBlob !== null && known.gitBlob !== gitBlob)
    if (isOther) throw new SourceProblem('changed', 'the source has another version')
    known.sizeBytes = sizeBytes
    known.sha256 ??= sha256
    known.gitBlob ??= gitBlob
  }

  private note(entry: Entry, problem: SourceProblem, bytes: number): void {
    const { kind, retryAfterMs } = problem
    entry.lastProblem = kind
    if (kind === 'not_found' || kind === 'refused') entry.refusal = kind
    if (kind === 'changed') {
      entry.facts = null // asked again, it says what it has now
      entry.changes += 1
      if (entry.changes > maxChanges) entry.refusal = kind
      return
    }
    if (bytes >= soundBytes) entry.backoff = null
    const { retryFirstMs, retryMaxMs, retryAfterMaxMs } = this.limits
    const first = new ExponentialBackoff({ initialDelay: retryFirstMs, maxDelay: retryMaxMs })
    entry.backoff = entry.backoff?.next(undefined) ?? first.next()
    const wantedMs = Math.min(retryAfterMs ?? 0, retryAfterMaxMs)
    const isWell = bytes >= soundBytes && kind !== 'stalled' && retryAfterMs === null
    const ms = isWell ? 0 : Math.max(entry.backoff.duration, wantedMs)
    entry.restAtMs = performance.now() + ms
  }
}

/** Sources that can send parts come first; the sort is stable. */
const byRanges = (a: Entry, b: Entry): number =>
  Number(a.facts?.hasRanges === false) - Number(b.facts?.hasRanges === false)
