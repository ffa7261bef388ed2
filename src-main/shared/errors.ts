/**
 * A failure that we foresaw. Programs read `code`; people read `message`, a whole sentence that
 * says what to do next. Any other Error is a bug and is shown as one.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  /** `area.what_happened`, stable across releases. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
