/** Why a source did not give what it was asked for. */
export type ProblemKind =
  /** No connection, or it broke. */
  | 'unreachable'
  /** Its certificate is not trusted. */
  | 'untrusted'
  | 'stalled'
  /** 429 and 5xx. */
  | 'busy'
  /** It answered what is not an answer to the request, or less than it promised. */
  | 'broken'
  | 'not_found'
  | 'refused'
  /** It has other contents than before, or than it should. */
  | 'changed'
  /** What it sent has another hash. */
  | 'damaged'

/** A source failed; others may do better. Never leaves this folder. */
export class SourceProblem extends Error {
  override readonly name = 'SourceProblem'
  readonly kind: ProblemKind
  /** When the source wants to be asked again. */
  readonly retryAfterMs: number | null

  constructor(
    kind: ProblemKind,
    message: string,
    { retryAfterMs = null, cause }: { retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause })
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}

const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** What an error of the network means for its source. */
export function networkProblem(error: unknown): SourceProblem {
  if (error instanceof SourceProblem) return error
  const message = error instanceof Error ? error.message : String(error)
  const cause = error instanceof Error ? error.cause : undefined
  const code = errorCode(error) || errorCode(cause)
  const isUntrusted = /CERT|SIGNATURE|SELF_SIGNED|ALTNAME/.test(code)
  const isStalled = /TIMEOUT|TIMEDOUT/.test(code)
  const kind = isUntrusted ? 'untrusted' : isStalled ? 'stalled' : 'unreachable'
  return new SourceProblem(kind, message, { cause: error })
}
