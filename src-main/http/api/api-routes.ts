import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { AppError } from '../../shared/errors.ts'
import { type ApiContext, type Exchange } from './api-context.ts'
import { answerOf, BadRequest } from './api-errors.ts'
import { answerChat } from './chat-route.ts'
import { answerCompletion } from './completion-route.ts'
import { listModels, readModel } from './models-route.ts'
import { answerOfficial } from './official-route.ts'
import { RequestNotes } from './request-notes.ts'

/** Many times what the longest context can hold. */
const longestBodyBytes = 16 * 1024 * 1024

/** What is known of requests that are not yet answered. */
export const notesOf = new WeakMap<object, RequestNotes>()

type Route = (context: ApiContext, exchange: Exchange) => Promise<FastifyReply>

const routes: Record<string, Route> = {
  '/v1/chat/completions': answerChat,
  '/v1/completions': answerCompletion,
  '/': answerOfficial,
}

const noEmbeddings = (): never => {
  throw new BadRequest(
    'ChatGLM2 models write text and make no embeddings. Use a server with an embedding model.',
    'model',
    'api.unsupported',
  )
}

/** Aborts when the client goes away before it has its answer. */
function gone(reply: FastifyReply, stop: AbortSignal | undefined): AbortSignal {
  const abort = new AbortController()
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) abort.abort()
  })
  return stop === undefined ? abort.signal : AbortSignal.any([abort.signal, stop])
}

/** Puts the routes in. After all hooks, which count only for what follows them. */
export function serveRoutes(web: FastifyInstance, context: ApiContext): void {
  const { source, stop } = context.options
  const exchangeOf = (request: FastifyRequest, reply: FastifyReply): Exchange => ({
    ...{ request, reply, signal: gone(reply, stop) },
    notes: notesOf.get(request.raw) ?? new RequestNotes(),
  })
  for (const [path, route] of Object.entries(routes))
    web.post(path, (request, reply) => route(context, exchangeOf(request, reply)))
  web.get('/v1/models', () => listModels(source.current()))
  web.get<{ Params: { id: string } }>('/v1/models/:id', ({ params }) =>
    readModel(source.current(), params.id),
  )
  web.post('/v1/embeddings', noEmbeddings)
  web.get('/health', () => ({ status: 'ok' }))
  web.setNotFoundHandler(({ method, url }) => {
    throw new AppError('api.unknown_path', `This API has no ${method} ${url}.`)
  })
}

/** The official servers read JSON whatever its type is called, and so do we. */
function readJson(web: FastifyInstance): void {
  web.removeAllContentTypeParsers()
  web.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, JSON.parse(String(body)))
    } catch {
      done(new BadRequest('The body is not valid JSON.'))
    }
  })
}

/** The routes of the API, with nothing before them: whoever may ask is let in elsewhere. */
export function createRoutes(context: ApiContext): FastifyInstance {
  const web = fastify({ forceCloseConnections: true, logger: false, bodyLimit: longestBodyBytes })
  web.setErrorHandler((error, _request, reply) => {
    const { status, body } = answerOf(error)
    if (status >= 500) context.note(error)
    return reply.code(status).send(body)
  })
  readJson(web)
  return web
}
