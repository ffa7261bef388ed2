import { timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import {
  createMessageConnection,
  ErrorCodes,
  type Message,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'
import { type EngineGreeting, engineProtocolVersion } from '../../shared/engine-api.ts'
import { engineErrorCodes } from '../../shared/engine-error-codes.ts'
import type { EngineExitCause } from '../../shared/engine-state.ts'
import { engineHelloSchema } from './engine-messages.ts'
import { MessageTraffic } from './message-traffic.ts'

export type EngineHello = EngineGreeting['engine.hello']['params']

/** An engine that did not come to work, with the cause. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError'
  readonly exitCause: EngineExitCause

  constructor(exitCause: EngineExitCause) {
    super(`The engine did not start: ${exitCause.type}.`)
    this.exitCause = exitCause
  }
}

/** Ends the socket behind the answer that refuses the engine, so that the engine can read it. */
class RefusingWriter extends StreamMessageWriter {
  isRefused = false

  constructor(private readonly socket: Socket) {
    super(socket)
  }

  override async write(message: Message): Promise<void> {
    await super.write(message)
    if (this.isRefused) this.socket.end()
  }
}

function equalsInConstantTime(given: string, wanted: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(wanted)]
  return left.length === right.length && timingSafeEqual(left, right)
}

type CheckedHello =
  | { isAccepted: true; hello: EngineHello }
  | { isAccepted: false; answer: ResponseError; exitCause: EngineExitCause }

const refusal = (code: number, message: string, exitCause: EngineExitCause): CheckedHello => ({
  isAccepted: false,
  answer: new ResponseError(code, message),
  exitCause,
})

function checkHello(params: unknown, token: string): CheckedHello {
  const parsed = engineHelloSchema.safeParse(params)
  if (!parsed.success) {
    const cause = { type: 'bad_message', detail: 'engine.hello' } as const
    return refusal(ErrorCodes.InvalidParams, 'The greeting cannot be read.', cause)
  }
  const hello = parsed.data
  if (!equalsInConstantTime(hello.token, token)) {
    const message = 'The token is not the one that this engine was given.'
    return refusal(engineErrorCodes.not_authenticated, message, { type: 'wrong_token' })
  }
  const { protocolVersion } = hello
  if (protocolVersion !== engineProtocolVersion) {
    const message = `The app speaks protocol ${engineProtocolVersion}, the engine ${protocolVersion}.`
    const cause = { type: 'wrong_protocol', protocolVersion } as const
    return refusal(engineErrorCodes.protocol_mismatch, message, cause)
  }
  return { isAccepted: true, hello }
}

/** A connection to an engine that may work, and what it said of itself. */
export interface GreetedEngine {
  connection: MessageConnection
  traffic: MessageTraffic
  hello: EngineHello
}

/**
 * Waits on a new connection for `engine.hello` and answers it. Throws EngineStartError when the
 * engine is refused; the socket is then closed behind the answer. The connection belongs to the
 * caller, who sets the time limit by closing the socket.
 */
export async function greetEngine(socket: Socket, token: string): Promise<GreetedEngine> {
  const writer = new RefusingWriter(socket)
  const reader = new StreamMessageReader(socket)
  const traffic = new MessageTraffic()
  const connection = createMessageConnection(reader, writer, undefined, {
    messageStrategy: traffic,
  })
  const hello = await new Promise<EngineHello>((resolve, reject) => {
    connection.onRequest('engine.hello', (params: unknown) => {
      const checked = checkHello(params, token)
      if (checked.isAccepted) {
        resolve(checked.hello)
        return null
      }
      writer.isRefused = true
      reject(new EngineStartError(checked.exitCause))
      return checked.answer
    })
    connection.onError(([error]) => {
      reject(new EngineStartError({ type: 'bad_message', detail: error.message }))
    })
    connection.onClose(() => reject(new EngineStartError({ type: 'connection_lost' })))
    connection.listen()
  })
  return { connection, traffic, hello }
}
