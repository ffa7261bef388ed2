import { ConnectionError, ErrorCodes, ResponseError } from 'vscode-jsonrpc/node'
import { z } from 'zod'
import { engineErrorCodes, type EngineErrorName } from '../../shared/engine-error-codes.ts'
import { AppError } from '../../shared/errors.ts'

/** JSON-RPC's own errors that can come of a foreseen thing: a value that the engine refuses. */
const jsonRpcCodes: Record<number, string> = {
  [ErrorCodes.InvalidParams]: 'engine.invalid_params',
  [ErrorCodes.InternalError]: 'engine.internal_error',
}

const namesByCode = new Map<number, string>([
  ...Object.entries(engineErrorCodes).map(([name, code]) => [code, `engine.${name}`] as const),
  ...Object.entries(jsonRpcCodes).map(([code, name]) => [Number(code), name] as const),
])

const problemSchema = z.object({ problem: z.string(), file: z.string(), detail: z.string() })

const isGone = (error: unknown): boolean =>
  error instanceof ConnectionError ||
  (error instanceof ResponseError &&
    (error.code === ErrorCodes.PendingResponseRejected ||
      error.code === ErrorCodes.ConnectionInactive ||
      error.code === ErrorCodes.MessageWriteError))

/** Whether an error is the engine's answer of that name. */
export function isEngineError(error: unknown, name: EngineErrorName | 'gone'): boolean {
  return error instanceof AppError && error.code === `engine.${name}`
}

/** What a caller of the engine sees of an error: an AppError, unless it is a bug. */
export function engineFailure(method: string, error: unknown, whyGone: string): unknown {
  if (isGone(error)) return new AppError('engine.gone', whyGone, { cause: error })
  if (error instanceof z.ZodError) {
    return new AppError(
      'engine.invalid_message',
      `The engine's answer to ${method} cannot be read. Install the app again.`,
      { cause: error },
    )
  }
  if (!(error instanceof ResponseError)) return error
  const code = namesByCode.get(error.code)
  if (code === undefined) return error
  const fileProblem = problemSchema.safeParse(error.data).data
  return new AppError(code, error.message, { cause: error, fileProblem })
}
