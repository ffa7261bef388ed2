import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A proxy of a test and what went through it, as `host:port`. */
export interface TestProxy {
  port: number
  targets: string[]
  /** What clients said of themselves. */
  accounts: (string | undefined)[]
}

async function listen(server: Server, proxy: TestProxy): Promise<TestProxy> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  proxy.port = (server.address() as AddressInfo).port
  return proxy
}

function join(client: Socket, host: string, port: number, onOpen: () => void): void {
  const target = connect(port, host, () => {
    onOpen()
    client.pipe(target).pipe(client)
  })
  target.on('error', () => client.destroy())
  client.on('close', () => target.destroy())
}

/** Knows CONNECT and nothing else. */
export function startHttpProxy(): Promise<TestProxy> {
  const proxy: TestProxy = { port: 0, targets: [], accounts: [] }
  const server = createHttpServer((_, response) => void response.writeHead(405).end())
  server.on('connect', (request, client: Socket) => {
    proxy.targets.push(request.url ?? '')
    proxy.accounts.push(request.headers['proxy-authorization'])
    const [host = '', port] = (request.url ?? '').split(':')
    join(client, host, Number(port), () => void client.write('HTTP/1.1 200 OK\r\n\r\n'))
  })
  return listen(server, proxy)
}

/** Knows SOCKS5 with and without a password, and IPv4 addresses and names. */
export function startSocksProxy(): Promise<TestProxy> {
  const proxy: TestProxy = { port: 0, targets: [], accounts: [] }
  const server = createServer((client) => {
    serveSocks(client, proxy).catch(() => client.destroy())
  })
  return listen(server, proxy)
}

async function serveSocks(client: Socket, proxy: TestProxy): Promise<void> {
  const [, count = 0] = await read(client, 2)
  const methods = await read(client, count)
  const wantsAccount = methods.includes(2)
  client.write(Buffer.from([5, wantsAccount ? 2 : 0]))
  if (wantsAccount) {
    const [, length = 0] = await read(client, 2)
    const user = await read(client, length)
    const [passwordLength = 0] = await read(client, 1)
    proxy.accounts.push(`${user.toString()}:${(await read(client, passwordLength)).toString()}`)
    client.write(Buffer.from([1, 0]))
  }
  const [, , , type] = await read(client, 4)
  const length = type === 1 ? 4 : ((await read(client, 1))[0] ?? 0)
  const address = await read(client, length)
  const host = type === 1 ? [...address].join('.') : address.toString()
  const port = (await read(client, 2)).readUInt16BE()
  proxy.targets.push(`${host}:${port}`)
  const done = Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
  join(client, host, port, () => void client.write(done))
}

async function read(socket: Socket, bytes: number): Promise<Buffer> {
  for (;;) {
    const chunk = socket.read(bytes) as Buffer | null
    if (chunk) return chunk
    if (bytes === 0) return Buffer.alloc(0)
    await once(socket, 'readable')
  }
}
