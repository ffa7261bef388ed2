import type { AppRequest } from '../../shared/app-api.ts'
import { appParamsSchemas } from './app-params.ts'

/** What a request's handler is to someone who does not know its parameters. */
export type UntypedHandler = (params: never) => unknown

export const isRequest = (name: string): name is AppRequest => Object.hasOwn(appParamsSchemas, name)

/** Calls a handler with what its request's schema made of `params`. Throws ZodError. */
export function callParsed(request: AppRequest, handler: UntypedHandler, params: unknown): unknown {
  return handler(appParamsSchemas[request].parse(params) as never)
}
