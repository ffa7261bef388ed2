import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'

/** The form in which OpenAI's API tells failures, which its clients read. */
export interface ApiErrorBody {
  /** Where the official servers say it. */
  detail: string
  error: { message: string; type: string; param: string | null; code: string | null }
}

export interface ApiErrorAnswer {
  status: number
  body: ApiErrorBody
}

/** A request that this API cannot answer as it stands. */
export class BadRequest extends AppError {
  readonly param: string | null

  constructor(message: string, param: string | null = null, code = 'api.bad_request') {
    super(code, message)
    this.param = param
  }
}

const statusesByCode: Record<string, number> = {
  'engine.context_full': 400,
  'engine.invalid_params': 400,
  'engine.too_many_requests': 429,
  'api.token_missing': 401,
  'api.refused': 403,
  'api.unknown_path': 404,
  'api.unknown_model': 404,
}

const typesByStatus: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
}

/** Names that OpenAI's clients know. */
const knownCodes: Record<string, string> = {
  'engine.context_full': 'context_length_exceeded',
  'engine.too_many_requests': 'rate_limit_exceeded',
  'api.token_missing': 'invalid_api_key',
  'api.unknown_model': 'model_not_found',
  'api.unsupported': 'unsupported_parameter',
}

/** Failures of the model, which another try may not meet. */
const isUnavailable = (code: string): boolean =>
  code.startsWith('model.') || ['engine.gone', 'engine.model_not_loaded'].includes(code)

function answer(status: number, message: string, code: string | null, param: string | null) {
  const type = typesByStatus[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  return { status, body: { error: { message, type, param, code }, detail: message } }
}

/** The part of an error of Fastify's that tells who is to blame. */
const httpError = z.object({ statusCode: z.int().min(400).max(499), message: z.string() })

/** What a client is told of a failure; null when it is a bug, of which it is told nothing. */
export function foreseenAnswer(error: unknown): ApiErrorAnswer | null {
  if (error instanceof z.ZodError) {
    const [issue] = error.issues
    const param = issue?.path.join('.') ?? ''
    const message = `${param === '' ? 'The body' : param}: ${issue?.message ?? 'is wrong'}.`
    return answer(400, message, null, param === '' ? null : param)
  }
  if (error instanceof AppError) {
    const param = error instanceof BadRequest ? error.param : null
    const otherwise = isUnavailable(error.code) ? 503 : 500
    const status = statusesByCode[error.code] ?? (error instanceof BadRequest ? 400 : otherwise)
    return answer(status, error.message, knownCodes[error.code] ?? error.code, param)
  }
  const parsed = httpError.safeParse(error)
  return parsed.success ? answer(parsed.data.statusCode, parsed.data.message, null, null) : null
}

/** What a client is told of any failure. */
export function answerOf(error: unknown): ApiErrorAnswer {
  const message = 'The app failed in an unforeseen way. Its log says more.'
  return foreseenAnswer(error) ?? answer(500, message, 'app.bug', null)
}
