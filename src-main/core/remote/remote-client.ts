import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { RemoteModel } from '../../shared/remote.ts'
import { AppError } from '../../shared/errors.ts'
import { askHttp, type HttpAnswer } from '../downloads/http-request.ts'
import { Network, type NetworkOptions } from '../downloads/network.ts'
import { answerProblem, connectionProblem } from './remote-problem.ts'

/** How long a list of models may take. */
const listMs = 20_000
/** A long prompt is read before the first word. */
const replyMs = 300_000
const longestText = 4 * 1024 * 1024

export interface RemoteClientOptions {
  address: string
  key: string | null
  network: NetworkOptions
  /** How long nothing may come, in place of what is usual. */
  patienceMs?: number
}

const list = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1).max(500),
      /** vLLM's word, and that of SGLang; others tell nothing. */
      max_model_len: z.int().positive().nullish(),
    }),
  ),
})

const buffer = z.instanceof(Buffer)

/** The bytes of an answer as they arrive. */
export async function* bytesOf(body: Readable): AsyncGenerator<Buffer> {
  for await (const piece of body) yield buffer.parse(piece)
}

/** The text of an answer, as far as it can be a short one. */
export async function textOf({ body }: HttpAnswer): Promise<string> {
  const pieces: Buffer[] = []
  let bytes = 0
  for await (const piece of bytesOf(body)) {
    bytes += piece.length
    if (bytes > longestText) break
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

/** Asks one server, by the app's own ways into the network. Close it in the end. */
export class RemoteClient {
  private constructor(
    private readonly options: RemoteClientOptions,
    private readonly network: Network,
  ) {}

  static async open(options: RemoteClientOptions): Promise<RemoteClient> {
    return new RemoteClient(options, await Network.open(options.network))
  }

  close(): void {
    this.network.close()
  }

  /** What the server offers. Throws AppError `remote.*`. */
  async models(): Promise<RemoteModel[]> {
    const answer = await this.ask('/models', new AbortController(), listMs)
    const text = await textOf(answer).catch((error: unknown) => {
      throw connectionProblem(error, answer.url)
    })
    try {
      const { data } = list.parse(JSON.parse(text))
      return data.map(({ id, max_model_len: length }) => ({ id, contextLength: length ?? null }))
    } catch (cause) {
      const message = `${answer.url.host} gave no list of models. The address usually ends with /v1.`
      throw new AppError('remote.no_list', message, { cause })
    }
  }

  /** Starts a reply; whoever reads the answer ends it by the controller. Throws AppError `remote.*`. */
  startReply(body: object, controller: AbortController): Promise<HttpAnswer> {
    return this.ask('/chat/completions', controller, replyMs, JSON.stringify(body))
  }

  private async ask(
    path: string,
    controller: AbortController,
    answerMs: number,
    body?: string,
  ): Promise<HttpAnswer> {
    const { address, key, patienceMs } = this.options
    const url = new URL(`${address}${path}`)
    const headers = body === undefined ? {} : { 'content-type': 'application/json' }
    const token = key ?? undefined
    try {
      const answer = await askHttp(this.network, {
        url,
        headers,
        token,
        controller,
        answerMs: patienceMs ?? answerMs,
        body,
      })
      if (answer.status === 200) return answer
      throw answerProblem(answer, await textOf(answer))
    } catch (error) {
      throw connectionProblem(error, url)
    }
  }
}
