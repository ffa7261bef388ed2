import type { CreateAnswerer } from '../../core/batch/answer-request.ts'
import { ApiContext } from './api-context.ts'
import { createRoutes, serveRoutes } from './api-routes.ts'

/** Asks the routes of the API without a network, so that a file is answered as a program would be. */
export const createAnswerer: CreateAnswerer = (options) => {
  const context = new ApiContext(options)
  const web = createRoutes(context)
  serveRoutes(web, context)
  return async (path, body) => {
    const answer = await web.inject({ method: 'POST', url: path, payload: body })
    const parsed: unknown = answer.json()
    return { status: answer.statusCode, body: parsed }
  }
}
