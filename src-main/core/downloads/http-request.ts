import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, request } from 'undici'
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
}

export interface HttpAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Dispatcher.ResponseData['body']
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
    const { statusCode, headers, body } = await request(url, {
      dispatcher: await network.dispatcher(url),
      headers: {
        'user-agent': 'chatglm-desktop',
        'accept-encoding': 'identity', // ranges count the bytes of the file
        ...question.headers,
        ...(account ? { authorization: `Bearer ${token}` } : {}),
      },
      signal: controller.signal,
      headersTimeout: 0, // ours holds
      bodyTimeout: 2 * question.answerMs,
    })
    const location = header(headers, 'location')
    if (!redirectStatuses.has(statusCode) || location === null)
      return { status: statusCode, headers, body, url, redirects }
    await body.dump()
    redirects.push(headers)
    url = nextUrl(location, url)
    if (redirects.length > maxRedirects) throw new SourceProblem('broken', 'too many redirects')
  }
}

function nextUrl(location: string, from: URL): URL {
  const url = new URL(location, from)
  const isSafe =
    url.protocol === 'https:' || (url.protocol === 'http:' && from.protocol === 'http:')
  if (!isSafe) throw new SourceProblem('refused', `a redirect leads to ${url.protocol}`)
  return url
}
