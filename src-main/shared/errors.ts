/** A failure as it crosses processes and is kept with a message. */
export interface AppFailure {
  /** `area.what_happened`, stable across releases; programs and translations read it. */
  code: string
  /** A whole English sentence that says what to do next. */
  message: string
}

/**
 * A failure that we foresaw. Programs read `code`; people read `message`, a whole sentence that
 * says what to do next. Any other Error is a bug and is shown as one.
 */
export class AppError extends Error implements AppFailure {
  override readonly name = 'AppError'
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
