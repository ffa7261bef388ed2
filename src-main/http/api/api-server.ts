import fastifyCors from '@fastify/cors'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { ApiOptions, RunningApi } from '../../core/api/listen-api.ts'
import { AppError } from '../../shared/errors.ts'
import { ApiContext, type Exchange } from './api-context.ts'
import { answerOf, BadRequest } from './api-errors.ts'
import { expectToken, isAllowedOrigin, isLoopback, refuseStrangers } from './api-guard.ts'
import { answerChat } from './chat-route.ts'
import { answerCompletion } from './completion-route.ts'
import { listModels, readModel } from './models-route.ts'
import { answerOfficial } from './official-route.ts'
import { RequestNotes } from './request-notes.ts'
import { listenError } from './listen-error.ts'

/** Many times what the longest context can hold. */
const longestBodyBytes = 16 * 1024 * 1024
const clientGone = 499

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

/** What is known of requests that are not yet answered. */
const notesOf = new WeakMap<object, RequestNotes>()

function keepLog(web: FastifyInstance, { onRequest }: ApiOptions): void {
  const tell = (request: FastifyRequest, reply: FastifyReply, notes: RequestNotes): void => {
    const agent = request.headers['user-agent'] ?? ''
    onRequest?.({
      ...{ atMs: notes.atMs, durationMs: notes.durationMs },
      client: `${request.ip} ${agent}`.trim().slice(0, 200),
      method: request.method,
      path: request.url.slice(0, 200),
      ...{ model: notes.model, promptTokens: notes.promptTokens },
      ...{ generatedTokens: notes.generatedTokens, tokensPerSecond: notes.tokensPerSecond },
      status: reply.raw.writableFinished ? reply.statusCode : clientGone,
    })
  }
  web.addHook('onRequest', async (request, reply) => {
    if (request.method === 'OPTIONS') return
    const notes = new RequestNotes()
    notesOf.set(request.raw, notes)
    // Not the hook `onResponse`, which a client that goes away never comes to.
    reply.raw.once('close', () => tell(request, reply, notes))
  })
}

/** Lets pass who may ask; the preflight questions of browsers are answered before the token. */
async function guard(web: FastifyInstance, { host, token, origins }: ApiOptions): Promise<void> {
  web.addHook('onRequest', async (request, reply) => {
    reply.headers({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' })
    refuseStrangers(request.headers, host, origins)
  })
  if (origins.length > 0)
    await web.register(fastifyCors, {
      origin: (origin, answer) =>
        answer(null, origin !== undefined && isAllowedOrigin(origin, origins)),
      methods: ['GET', 'POST'],
      maxAge: 600,
    })
  web.addHook('onRequest', async (request) => expectToken(request.headers, token))
}

/** Aborts when the client goes away before it has its answer. */
function gone(reply: FastifyReply): AbortSignal {
  const abort = new AbortController()
  reply.raw.on('close', () => {
    if (!reply.raw.writableFinished) abort.abort()
  })
  return abort.signal
}

function serveRoutes(web: FastifyInstance, context: ApiContext): void {
  const { source } = context.options
  const exchangeOf = (request: FastifyRequest, reply: FastifyReply): Exchange => ({
    ...{ request, reply, signal: gone(reply) },
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

/** Serves the OpenAI-compatible API and the official demo's. See ListenApi. */
export async function startApiServer(options: ApiOptions): Promise<RunningApi> {
  const { host, port, token } = options
  if (token === null && !isLoopback(host))
    throw new AppError(
      'api.token_needed',
      'Without a token the API may only listen at 127.0.0.1. Switch the token on.',
    )
  const context = new ApiContext(options)
  const web = fastify({ forceCloseConnections: true, logger: false, bodyLimit: longestBodyBytes })
  web.setErrorHandler((error, _request, reply) => {
    const { status, body } = answerOf(error)
    if (status >= 500) context.note(error)
    return reply.code(status).send(body)
  })
  keepLog(web, options)
  await guard(web, options)
  readJson(web)
  serveRoutes(web, context)
  await web.listen({ host, port }).catch((error: unknown) => {
    throw listenError(error, host, port)
  })
  const bound = web.server.address()
  const actualPort = typeof bound === 'object' && bound !== null ? bound.port : port
  return {
    address: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    close: () => web.close(),
  }
}
