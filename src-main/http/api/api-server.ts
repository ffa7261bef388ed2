import fastifyCors from '@fastify/cors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ApiOptions, RunningApi } from '../../core/api/listen-api.ts'
import { AppError } from '../../shared/errors.ts'
import { ApiContext } from './api-context.ts'
import { expectToken, isAllowedOrigin, isLoopback, refuseStrangers } from './api-guard.ts'
import { createRoutes, notesOf, serveRoutes } from './api-routes.ts'
import { RequestNotes } from './request-notes.ts'
import { listenError } from '../listen-error.ts'

const clientGone = 499

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

/** Serves the OpenAI-compatible API and the official demo's. See ListenApi. */
export async function startApiServer(options: ApiOptions): Promise<RunningApi> {
  const { host, port, token } = options
  if (token === null && !isLoopback(host))
    throw new AppError(
      'api.token_needed',
      'Without a token the API may only listen at 127.0.0.1. Switch the token on.',
    )
  const context = new ApiContext(options)
  const web = createRoutes(context)
  keepLog(web, options)
  await guard(web, options)
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
