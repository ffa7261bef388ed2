import { z } from 'zod'
import type { AppParams, AppRequest, AppResult, Envelope } from '../../shared/app-api.ts'
import { AppError, type AppFailure, failureOf } from '../../shared/errors.ts'
import { describeIssues } from '../describe-issues.ts'
import type { Logger } from '../logger.ts'
import type { HostServices } from './app-server.ts'
import { callParsed, isRequest, type UntypedHandler } from './parse-params.ts'

/** What does each request, except those that only a host can do. */
export type AppHandlers = {
  [R in Exclude<AppRequest, keyof HostServices>]: (
    params: AppParams<R>,
  ) => AppResult<R> | Promise<AppResult<R>>
}

function answerFailure(request: string, error: unknown, log: Logger): AppFailure {
  if (error instanceof z.ZodError) {
    const message = `${request} was asked with wrong parameters: ${describeIssues(error)}`
    return { code: 'app.invalid_params', message }
  }
  if (!(error instanceof AppError)) log.error(`${request} failed`, error)
  return failureOf(error)
}

/** Parses and answers requests, whichever host they come from. */
export class AppDispatcher {
  constructor(
    private readonly handlers: AppHandlers,
    private readonly log: Logger,
  ) {}

  /** Never throws: what fails becomes a failure with a code. */
  async handle(request: string, params: unknown, host: HostServices): Promise<Envelope<unknown>> {
    try {
      return { ok: true, value: (await this.call(request, params, host)) ?? null }
    } catch (error) {
      return { ok: false, error: answerFailure(request, error, this.log) }
    }
  }

  private call(request: string, params: unknown, host: HostServices): unknown {
    if (!isRequest(request))
      throw new AppError('app.unknown_request', `The app knows no request "${request}". Update it.`)
    const handlers: Partial<Record<AppRequest, UntypedHandler>> = { ...this.handlers, ...host }
    const handler = handlers[request]
    if (handler) return callParsed(request, handler, params)
    throw new AppError('host.not_available', 'This is not available here. Use the desktop app.')
  }
}
