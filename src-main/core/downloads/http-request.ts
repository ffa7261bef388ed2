import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import { header } from './http-answer.ts'
import type { Network } from './network.ts'
import { networkProblem, SourceProblem } from './source-problem.ts'

export interface HttpQuestion {
  url: URL
  headers: Record<string, string>
  /** Only for the host of `url`; a redirect to another host does not get it. */
  token?: string | undefined
  /** Ends the request, and the body of the answer while that is read. */
  controller: AbortController
  answerMs: number
  /** Sent with POST. Redirects are then not followed. */
  body?: string | undefined
}

export interface HttpAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: IncomingMessage
  /** Where the answer came from in the end. */
  url: URL
  /** Headers of the redirects before; hubs describe a file there. */
  redirects: IncomingHttpHeaders[]
}

const maxRedirects = 6
const redirectStatuses = new Set([301, 302, 303, 307, 308])

/** Asks and follows redirects. Throws SourceProblem when there is no answer in time. */
export async function askHttp(network: Network, question: HttpQuestion): Promise<HttpAnswer> {
  const { controller, answerMs } = question
  const timer = setTimeout(() => {
    controller.abort(new SourceProblem('stalled', `no answer within ${answerMs} ms`))
  }, answerMs)
  try {
    return await followRedirects(network, question)
  } catch (error) {
    controller.signal.throwIfAborted()
    throw networkProblem(error)
  } finally {
    clearTimeout(timer)
  }
}

async function followRedirects(network: Network, question: HttpQuestion): Promise<HttpAnswer> {
  const { url: origin, token, controller } = question
  const redirects: IncomingHttpHeaders[] = []
  for (let url = origin; ;) {
    const account = token !== undefined && url.origin === origin.origin
    const body = await send(
      network,
      url,
      controller.signal,
      {
        'user-agent': 'chatglm-desktop',
        'accept-encoding': 'identity', // ranges count the bytes of the file
        ...question.headers,
        ...(account ? { authorization: `Bearer ${token}` } : {}),
      },
      question.body,
    )
    const { statusCode: status = 0, headers } = body
    const location = header(headers, 'location')
    const mayFollow = question.body === undefined && redirectStatuses.has(status)
    if (!mayFollow || location === null) return { status, headers, body, url, redirects }
    body.resume() // a short text, and the connection can be used again
    redirects.push(headers)
    url = nextUrl(location, url)
    if (redirects.length > maxRedirects) throw new SourceProblem('broken', 'too many redirects')
  }
}

/** Gives the answer once its headers are there. The signal ends its body, too. */
async function send(
  network: Network,
  url: URL,
  signal: AbortSignal,
  headers: Record<string, string>,
  text?: string,
): Promise<IncomingMessage> {
  const agent = await network.agent(url)
  const tls = {
    ...(network.certificates ? { ca: network.certificates } : {}),
    // Agents for proxies leave the name of hosts out that are numbers.
    checkServerIdentity: (_: string, certificate: PeerCertificate) =>
      checkServerIdentity(url.hostname.replace(/^\[|\]$/g, ''), certificate),
  }
  const ask = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const request = ask(url, {
      agent,
      headers,
      method: text === undefined ? 'GET' : 'POST',
      ...tls,
    })
    const end = () => request.destroy(new Error('the request was ended'))
    signal.addEventListener('abort', end)
    request.on('close', () => signal.removeEventListener('abort', end))
    request.on('error', reject)
    request.on('response', (answer) => {
      const endAnswer = () => answer.destroy(new Error('the request was ended'))
      signal.addEventListener('abort', endAnswer)
      answer.on('close', () => signal.removeEventListener('abort', endAnswer))
      answer.on('error', () => undefined) // whoever reads it is told by its iterator
      resolve(answer)
    })
    request.end(text)
  })
}

function nextUrl(location: string, from: URL): URL {
  const url = new URL(location, from)
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && from.protocol === 'http:')
  if (!isSafe) throw new SourceProblem('refused', `a redirect leads to ${url.protocol}`)
  return url
}
