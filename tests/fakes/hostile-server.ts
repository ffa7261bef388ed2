import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** What goes wrong with one answer. */
export type Fault =
  /** The connection breaks after so many bytes of the body. */
  | { type: 'drop'; afterBytes: number }
  /** Nothing comes any more after so many bytes. */
  | { type: 'stall'; afterBytes: number }
  /** Fewer bytes than promised, and a proper end. */
  | { type: 'truncate'; afterBytes: number }
  /** The whole file in answer to a range. */
  | { type: 'ignore_range' }
  /** Content-Range names other bytes than were asked for, and they are sent. */
  | { type: 'shift_range'; bytes: number }
  /** Content-Length does not fit the range. */
  | { type: 'lie_about_length'; bytes: number }
  /** Content-Range names another size of the file. */
  | { type: 'lie_about_size'; bytes: number }
  | { type: 'status'; status: number; retryAfter?: string }
  /** One byte, counted from the beginning of the file, is another one. */
  | { type: 'corrupt'; position: number }
  | { type: 'redirect'; to: string; headers?: Record<string, string> }
  /** The file has another version from now on. */
  | { type: 'change'; content: Buffer; etag: string }

export interface ServedFile {
  content: Buffer
  etag: string
  headers?: Record<string, string>
}

export interface Asked {
  path: string
  range: { start: number; end: number } | null
  headers: IncomingMessage['headers']
  /** Requests of this path before. */
  count: number
  /** A request for the first byte alone. */
  isProbe: boolean
}

export interface HostileServerOptions {
  files: Record<string, Buffer>
  /** What goes wrong with a request; null for nothing. */
  fault?: (asked: Asked) => Fault | null
  bytesPerSecond?: number
  hasRanges?: boolean
  /** After each answer, as simple servers do. */
  closesConnections?: boolean
  tls?: { key: string; cert: string }
}

const pieceBytes = 2 ** 15

/** Deterministic bytes that look random. */
export function randomContent(sizeBytes: number, seed: number): Buffer {
  const content = Buffer.alloc(sizeBytes)
  let state = seed | 1
  for (let offset = 0; offset + 4 <= sizeBytes; offset += 4) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    content.writeInt32LE(state | 0, offset)
  }
  return content
}

export const sha256Of = (content: Buffer): string =>
  createHash('sha256').update(content).digest('hex')

/** A web server on loopback that breaks rules when told to, and counts what it sends. */
export class HostileServer {
  readonly files = new Map<string, ServedFile>()
  readonly asked: Asked[] = []
  /** Bytes of bodies that went out, those of the files alone. */
  servedBytes = 0
  private readonly counts = new Map<string, number>()
  private readonly server
  private nextFreeMs = 0

  private constructor(private readonly options: HostileServerOptions) {
    for (const [path, content] of Object.entries(options.files))
      this.files.set(path, { content, etag: `"${sha256Of(content).slice(0, 16)}"` })
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      this.answer(request, response).catch(() => response.destroy())
    }
    this.server = options.tls ? createTlsServer(options.tls, answer) : createServer(answer)
  }

  static async start(options: HostileServerOptions): Promise<HostileServer> {
    const server = new HostileServer(options)
    server.server.listen(0, '127.0.0.1')
    await once(server.server, 'listening')
    return server
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  get base(): string {
    return `${this.options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? '')
    const asked = this.note(path, request)
    const fault = this.options.fault?.(asked) ?? null
    if (fault?.type === 'status') {
      const { status, retryAfter } = fault
      response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter })
      return void response.end('no')
    }
    if (fault?.type === 'redirect') {
      response.writeHead(302, { location: fault.to, ...fault.headers })
      return void response.end('elsewhere')
    }
    if (fault?.type === 'change') this.files.set(path, { content: fault.content, etag: fault.etag })
    const file = this.files.get(path)
    if (!file) return void response.writeHead(404).end('not here')
    await this.sendFile(response, asked, file, fault)
  }

  private note(path: string, { headers }: IncomingMessage): Asked {
    const count = this.counts.get(path) ?? 0
    this.counts.set(path, count + 1)
    const match = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '')
    const range = match ? { start: Number(match[1]), end: Number(match[2]) + 1 } : null
    const isProbe = range?.start === 0 && range.end === 1
    const asked = { path, range, headers, count, isProbe }
    this.asked.push(asked)
    return asked
  }

  private async sendFile(
    response: ServerResponse,
    { range, headers }: Asked,
    { content, etag, headers: own }: ServedFile,
    fault: Fault | null,
  ): Promise<void> {
    const ifRange = headers['if-range']
    const isPart =
      range !== null &&
      this.options.hasRanges !== false &&
      fault?.type !== 'ignore_range' &&
      (ifRange === undefined || ifRange === etag)
    if (isPart && range.start >= content.length)
      return void response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end()
    const shift = fault?.type === 'shift_range' ? fault.bytes : 0
    const start = isPart ? range.start + shift : 0
    const end = isPart ? Math.min(range.end + shift, content.length) : content.length
    const size = content.length + (fault?.type === 'lie_about_size' ? fault.bytes : 0)
    const length = end - start + (fault?.type === 'lie_about_length' ? fault.bytes : 0)
    const isTruncated = fault?.type === 'truncate'
    response.writeHead(isPart ? 206 : 200, {
      etag,
      ...own,
      ...(this.options.closesConnections ? { connection: 'close' } : {}),
      ...(isTruncated ? {} : { 'content-length': length }),
      ...(isPart ? { 'content-range': `bytes ${start}-${end - 1}/${size}` } : {}),
    })
    await this.sendBody(response, content.subarray(start, end), start, fault)
  }

  private async sendBody(
    response: ServerResponse,
    body: Buffer,
    start: number,
    fault: Fault | null,
  ): Promise<void> {
    const isCut = fault?.type === 'drop' || fault?.type === 'stall' || fault?.type === 'truncate'
    const end = isCut ? Math.min(body.length, fault.afterBytes) : body.length
    for (let offset = 0; offset < end && !response.destroyed;) {
      const piece = Buffer.from(body.subarray(offset, Math.min(end, offset + pieceBytes)))
      if (fault?.type === 'corrupt') {
        const position = fault.position - start - offset
        if (position >= 0 && position < piece.length)
          piece.writeUInt8((piece.readUInt8(position) + 1) % 256, position)
      }
      offset += piece.length
      this.servedBytes += piece.length
      if (!response.write(piece)) await drained(response)
      await this.pace(piece.length)
    }
    if (end < body.length && fault?.type === 'drop') response.destroy()
    else if (end === body.length || fault?.type !== 'stall') response.end()
  }

  /** All connections share the bandwidth. */
  private async pace(bytes: number): Promise<void> {
    const { bytesPerSecond } = this.options
    if (bytesPerSecond === undefined) return
    const nowMs = performance.now()
    this.nextFreeMs = Math.max(this.nextFreeMs, nowMs) + (bytes / bytesPerSecond) * 1000
    if (this.nextFreeMs > nowMs + 4) await delay(this.nextFreeMs - nowMs)
  }
}

/** Or closed. */
const drained = (response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end)
      resolve()
    }
    response.on('drain', end).on('close', end)
  })
