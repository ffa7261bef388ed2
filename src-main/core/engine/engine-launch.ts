import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { execa } from 'execa'
import type { EngineExitCause } from '../../shared/engine-state.ts'
import { EngineClient } from './engine-client.ts'
import { engineEnvironment } from './engine-environment.ts'
import { causeOfProcessEnd } from './engine-exit.ts'
import {
  type EngineHello,
  EngineStartError,
  type GreetedEngine,
  greetEngine,
} from './engine-handshake.ts'
import { findAlteredFile } from './engine-manifest.ts'
import { countMemoryKills } from './memory-kills.ts'
import { type EngineSocket, openEngineSocket } from './engine-socket.ts'

/** Which program is the engine, and how it is started. */
export interface EngineProgram {
  file: string
  /** Made when the app was packaged; an engine that differs from it is not started. */
  manifestFile?: string | undefined
  args?: string[]
  /** Asked at each start: what the engine is told besides its address, its GPU modules above all. */
  environment?: () => NodeJS.ProcessEnv
  /** How long it may take to say hello; antivirus software can hold a first start up. */
  helloTimeoutMs?: number
}

/** One engine process that has said hello. */
export interface RunningEngine {
  readonly client: EngineClient
  readonly hello: EngineHello
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<EngineExitCause>
  /** Ends the process at once. `cause` is what `ended` then tells. */
  kill(cause?: EngineExitCause): void
}

/** Between the end of the connection and the end of the process, before we help. */
const lingerMs = 2000

interface EngineChild {
  readonly ended: Promise<EngineExitCause>
  kill(cause?: EngineExitCause): void
}

function spawnEngine(
  { file, args = [] }: EngineProgram,
  env: NodeJS.ProcessEnv,
  onLogLine: (line: string) => void,
): EngineChild {
  const child = execa(file, args, {
    env,
    extendEnv: false,
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    windowsHide: true,
    // Ctrl-C in a terminal goes to the whole process group, but a reply is ours to stop. The
    // engine still ends with us, because its socket closes.
    detached: process.platform !== 'win32',
  })
  let givenCause: EngineExitCause | undefined
  const memoryKills = countMemoryKills()
  const logged = (async () => {
    for await (const line of child.iterable({ from: 'all' })) onLogLine(line)
  })().catch((error: unknown) => onLogLine(`(the log ended: ${String(error)})`))
  return {
    ended: child.then(async (end) => {
      await logged
      const cause = givenCause ?? causeOfProcessEnd(file, end)
      // SIGKILL says nothing of who sent it; the count tells of the system.
      const isOfMemory = cause.type === 'killed' && countMemoryKills() !== memoryKills
      return isOfMemory ? { type: 'out_of_memory' as const } : cause
    }),
    kill(cause) {
      givenCause ??= cause
      child.kill('SIGKILL')
    },
  }
}

async function connect(socket: EngineSocket, token: string, stop: AbortSignal) {
  const accepted = await socket.accept(stop)
  const destroy = () => void accepted.destroy()
  stop.addEventListener('abort', destroy)
  try {
    return await greetEngine(accepted, token)
  } finally {
    stop.removeEventListener('abort', destroy)
  }
}

/** Gives a process whose connection is gone a moment to end by itself, which tells the cause. */
async function linger(child: EngineChild): Promise<void> {
  await Promise.race([child.ended, delay(lingerMs, undefined, { ref: false })])
  child.kill({ type: 'connection_lost' })
}

function watchConnection({ connection, traffic }: GreetedEngine, child: EngineChild): EngineClient {
  const client = new EngineClient(connection)
  connection.onError(([error]) => child.kill({ type: 'bad_message', detail: error.message }))
  const closed = new Promise<void>((resolve) => connection.onClose(resolve))
  void closed.then(() => linger(child))
  void child.ended.then(async (cause) => {
    // What it wrote before its end is still on its way through the socket.
    await Promise.race([closed, delay(lingerMs, undefined, { ref: false })])
    await traffic.quiet()
    client.close(cause)
  })
  return client
}

/** The cause that a failed greeting tells by itself; otherwise the end of the process tells it. */
function causeOfGreeting(error: unknown): EngineExitCause | undefined {
  if (!(error instanceof EngineStartError)) return undefined
  return error.exitCause.type === 'connection_lost' ? undefined : error.exitCause
}

/** Throws EngineStartError unless an installed engine is as it was packaged. */
async function checkProgram({ file, manifestFile }: EngineProgram): Promise<void> {
  if (manifestFile === undefined) return // a build of this checkout
  const altered = await findAlteredFile(file, manifestFile).catch(() => manifestFile)
  if (altered !== null) throw new EngineStartError({ type: 'altered', file: altered })
}

/**
 * Starts an engine and waits until it has said hello. Throws EngineStartError, or the signal's
 * reason; either way the process is gone by then. The process belongs to the caller.
 */
export async function launchEngine(
  program: EngineProgram,
  onLogLine: (line: string) => void,
  signal: AbortSignal,
): Promise<RunningEngine> {
  const { helloTimeoutMs = 30_000 } = program
  await checkProgram(program)
  signal.throwIfAborted()
  const token = randomBytes(32).toString('hex')
  const socket = await openEngineSocket()
  const env = {
    ...engineEnvironment(process.env, socket.address, token),
    ...program.environment?.(),
  }
  const child = spawnEngine(program, env, onLogLine)
  const gone = new AbortController()
  void child.ended.then(() => gone.abort())
  const timeout = AbortSignal.timeout(helloTimeoutMs)
  try {
    const stop = AbortSignal.any([signal, timeout, gone.signal])
    const greeted = await connect(socket, token, stop)
    const client = watchConnection(greeted, child)
    return { client, hello: greeted.hello, ended: child.ended, kill: (cause) => child.kill(cause) }
  } catch (error) {
    if (!timeout.aborted && !signal.aborted) await linger(child)
    child.kill({ type: 'hello_timeout', timeoutMs: helloTimeoutMs })
    const ended = await child.ended
    signal.throwIfAborted()
    throw new EngineStartError(causeOfGreeting(error) ?? ended)
  } finally {
    await socket.close()
  }
}
