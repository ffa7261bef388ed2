import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, Socket, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The shortest limit of all systems (macOS) for a socket's path, without the closing zero. */
const socketPathLimitBytes = 103

/** Where one engine connects: a socket that nobody but this user can reach. */
export interface EngineSocket {
  /** Path of a Unix socket or name of a Windows pipe. */
  readonly address: string
  /** Waits for the engine. A second connection is refused. */
  accept(signal: AbortSignal): Promise<Socket>
  /** Stops listening and removes the folder; the accepted connection lives on. */
  close(): Promise<void>
}

/** mkdtemp gives the folder to its owner alone (0700). */
async function makePrivateFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-'))
  if (Buffer.byteLength(join(folder, 'engine')) <= socketPathLimitBytes) return folder
  await rm(folder, { recursive: true })
  return mkdtemp('/tmp/chatglm-')
}

async function listen(server: Server, address: string): Promise<void> {
  server.listen(address)
  await once(server, 'listening')
}

/** Opens a fresh socket for one engine. */
export async function openEngineSocket(): Promise<EngineSocket> {
  const isWindows = process.platform === 'win32'
  const folder = isWindows ? undefined : await makePrivateFolder()
  const address =
    folder === undefined
      ? `\\\\.\\pipe\\chatglm-${randomBytes(16).toString('hex')}`
      : join(folder, 'engine')
  const server = createServer()
  server.maxConnections = 1
  await listen(server, address)
  return {
    address,
    async accept(signal) {
      const connection: unknown[] = await once(server, 'connection', { signal })
      const socket = connection[0]
      if (!(socket instanceof Socket)) throw new TypeError('A connection must be a socket.')
      return socket
    },
    async close() {
      server.close()
      if (folder !== undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}
