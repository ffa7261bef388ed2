import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { writeMetadata } from '../../build/release/metadata.ts'
import { createKeys, signatureOf, signMetadata } from '../../build/release/signatures.ts'
import { metadataName } from '../../src-main/core/updates/release-metadata.ts'

/** The metadata that an app on this computer reads. */
export const ownMetadata = metadataName(process.platform, process.arch)

const installerName = (version: string): string => {
  if (process.platform === 'win32') return `chatglm-desktop-${version}-win-x64-setup.exe`
  if (process.platform === 'darwin') return `chatglm-desktop-${version}-mac-${process.arch}.zip`
  return `chatglm-desktop-${version}-linux-${process.arch === 'x64' ? 'x86_64' : 'arm64'}.AppImage`
}

/** A page of versions on loopback, laid out as GitHub's, with metadata made by the release's own code. */
export class UpdatePage {
  readonly keys = createKeys()
  /** Every path that was asked for, in order. */
  readonly asked: string[] = []
  /** Bytes of installers that were sent. */
  sentBytes = 0
  /** Called before each piece of an installer is sent. */
  beforePiece: () => Promise<void> = () => Promise.resolve()
  private version = ''
  private readonly changed = new Map<string, string>()

  private constructor(
    readonly folder: string,
    private readonly server: Server,
  ) {
    server.on('request', (request, response) => {
      this.answer(request, response).catch(() => response.destroy())
    })
  }

  static async open(): Promise<UpdatePage> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new UpdatePage(await mkdtemp(join(tmpdir(), 'chatglm-update-page-')), server)
  }

  get address(): string {
    const address = this.server.address()
    if (address === null || typeof address === 'string') throw new Error('The page has no port.')
    return `http://127.0.0.1:${address.port}/releases`
  }

  get source() {
    return { address: this.address, publicKey: this.keys.publicKey }
  }

  /** Puts a version there as the newest one. */
  async publish(version: string, installer: Buffer): Promise<void> {
    this.version = version
    this.changed.clear()
    await rm(this.folder, { recursive: true })
    await mkdir(this.folder)
    await writeFile(join(this.folder, installerName(version)), installer)
    await writeMetadata(this.folder, version, new Date('2026-11-27T08:00:00Z'))
    await signMetadata(this.folder, this.keys)
  }

  /** Changes what the page says of its newest version. */
  async tamper(name: string, change: (text: string) => string): Promise<void> {
    this.changed.set(name, change(await readFile(join(this.folder, name), 'utf8')))
  }

  /** Gives out any text as metadata, signed with a key of choice. */
  state(text: string, privateKey = this.keys.privateKey, signedAs = ownMetadata): void {
    this.changed.set(ownMetadata, text)
    this.changed.set(`${ownMetadata}.sig`, signatureOf(signedAs, text, privateKey))
  }

  async metadata(): Promise<string> {
    return readFile(join(this.folder, ownMetadata), 'utf8')
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', 'http://page').pathname
    this.asked.push(path)
    const name = basename(path)
    const changed = this.changed.get(name)
    if (path === `/releases/latest/download/${name}`)
      response.end(changed ?? (await readFile(join(this.folder, name))))
    else if (path === `/releases/download/v${this.version}/${name}`)
      await this.sendInstaller(await readFile(join(this.folder, name)), request, response)
    else response.writeHead(404).end()
  }

  private async sendInstaller(whole: Buffer, request: IncomingMessage, response: ServerResponse) {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    const start = Number(range?.[1] ?? 0)
    const end = Math.min(Number(range?.[2] ?? whole.length - 1) + 1, whole.length)
    response.writeHead(range ? 206 : 200, {
      'accept-ranges': 'bytes',
      'content-length': end - start,
      etag: '"one"',
      ...(range ? { 'content-range': `bytes ${start}-${end - 1}/${whole.length}` } : {}),
    })
    await pipeline(this.pieces(whole.subarray(start, end)), response)
  }

  private async *pieces(bytes: Buffer) {
    for (let at = 0; at < bytes.length; at += 65_536) {
      await this.beforePiece()
      const piece = bytes.subarray(at, at + 65_536)
      this.sentBytes += piece.length
      yield piece
    }
  }
}
