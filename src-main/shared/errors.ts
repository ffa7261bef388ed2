/** What is wrong with a file or folder of a person, for a sentence in any language. */
export interface FileProblem {
  /** `cut_off`; empty when the code says all there is to say. */
  problem: string
  /** Path or name. */
  file: string
  /** A name for the sentence: of a tensor, of another file or model. May be empty. */
  detail: string
}

/** A failure as it crosses processes and is kept with a message. */
export interface AppFailure {
  /** `area.what_happened`, stable across releases; programs and translations read it. */
  code: string
  /** A whole English sentence that says what to do next. */
  message: string
  fileProblem?: FileProblem
  /** What another program said of it, in its own language; shown behind the sentence. */
  words?: string
}

/**
 * A failure that we foresaw. Programs read `code`; people read `message`, a whole sentence that
 * says what to do next. Any other Error is a bug and is shown as one.
 */
export class AppError extends Error implements AppFailure {
  override readonly name = 'AppError'
  readonly code: string
  readonly fileProblem?: FileProblem
  readonly words?: string

  constructor(
    code: string,
    message: string,
    options?: ErrorOptions & { fileProblem?: FileProblem | undefined; words?: string | undefined },
  ) {
    super(message, options)
    this.code = code
    if (options?.fileProblem) this.fileProblem = options.fileProblem
    if (options?.words) this.words = options.words
  }
}

/** What is told and kept of an error. One that was not foreseen is a bug. */
export function failureOf(error: unknown): AppFailure {
  if (error instanceof AppError) {
    const { code, message, fileProblem, words } = error
    return { code, message, ...(fileProblem ? { fileProblem } : {}), ...(words ? { words } : {}) }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: 'app.bug', message: `${message} This is a bug in the app. Please report it.` }
}
