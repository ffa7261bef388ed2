/** Where the app writes down what a person does not see. The host gives one. */
export interface Logger {
  info(message: string): void
  error(message: string, error: unknown): void
}
