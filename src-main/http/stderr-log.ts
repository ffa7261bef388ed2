import { inspect } from 'node:util'
import type { Logger } from '../core/logger.ts'

/** Failures go to the terminal that the app was started in; stdout belongs to the address. */
export const stderrLog: Logger = {
  info: () => undefined,
  error: (message, error) => process.stderr.write(`${message}: ${inspect(error)}\n`),
}
