import { rm, symlink } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { buildEngine, engineBuildFolder } from '../../build/setup/engine-build.ts'
import { EngineClient } from '../../src-main/core/engine/engine-client.ts'
import { type EngineHello, greetEngine } from '../../src-main/core/engine/engine-handshake.ts'
import { engineSocketVariable, engineTokenVariable } from '../../src-main/shared/engine-api.ts'

const compiler = 'x86_64-w64-mingw32-g++-posix'
const missing = [compiler, 'wine'].filter(
  (name) => execaSync('which', [name], { reject: false }).exitCode !== 0,
)
if (missing.length > 0) {
  process.stderr.write(
    `Tests of the engine for Windows are skipped, missing: ${missing.join(', ')}\n`,
  )
}

/** Whether the engine for Windows can be built and run here; when not, stderr says what is missing. */
export const hasWine = missing.length === 0

/** A path of this system as programs in Wine name it. */
export const winePath = (path: string): string => `Z:${path.replaceAll('/', '\\')}`

export interface WindowsEngine {
  hello: EngineHello
  client: EngineClient
  /** Ends the connection and tells with what status the engine ended. */
  end(): Promise<number | undefined>
}

/** A Windows of its own in `folder`, with the engine in a folder that has a space in its name. */
export class WindowsComputer {
  private readonly bridge: string

  constructor(readonly folder: string) {
    this.bridge = join(folder, 'bridge.exe')
  }

  /** Builds and installs everything. */
  async setUp(): Promise<void> {
    await buildEngine('win-x64', { tests: false })
    await symlink(join(engineBuildFolder('win-x64'), 'bin'), join(this.folder, '程序 文件'))
    const source = join(import.meta.dirname, 'windows-engine-bridge.cc')
    const warnings = ['-Wall', '-Wextra', '-Werror']
    const linking = ['-municode', '-static', '-o', this.bridge, source, '-lws2_32']
    await execa(compiler, ['-std=c++20', ...warnings, ...linking])
    await execa('wineboot', ['--init'], { env: this.environment })
  }

  /** Starts the engine, which answers with `token`, and greets it as the app that wants `expected`. */
  async startEngine(token: string, expected = token): Promise<WindowsEngine> {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('The test has no port.')
    const connected = new Promise<Socket>((resolve) => server.once('connection', resolve))
    const pipe = `\\\\.\\pipe\\chatglm 引擎 ${crypto.randomUUID()}`
    const program = winePath(join(this.folder, '程序 文件/chatglm-engine.exe'))
    const process = execa('wine', [this.bridge, pipe, String(address.port), program], {
      env: { ...this.environment, [engineSocketVariable]: pipe, [engineTokenVariable]: token },
      reject: false,
      cleanup: true,
    })
    const failed = process.then((result) => {
      throw new Error(`The engine ended with ${result.exitCode}: ${result.stderr}`)
    })
    failed.catch(() => undefined) // matters only while we wait for it
    try {
      const socket = await Promise.race([connected, failed])
      const { connection, hello } = await Promise.race([greetEngine(socket, expected), failed])
      const end = async () => {
        socket.end()
        return (await process).exitCode
      }
      return { hello, client: new EngineClient(connection), end }
    } finally {
      server.close()
    }
  }

  async remove(): Promise<void> {
    await execa('wineserver', ['--kill', '--wait'], { env: this.environment, reject: false })
    await rm(this.folder, { recursive: true, force: true })
  }

  private get environment(): Record<string, string> {
    return {
      WINEPREFIX: join(this.folder, 'wine'),
      WINEARCH: 'win64',
      WINEDEBUG: '-all',
      WINEDLLOVERRIDES: 'mscoree,mshtml=', // neither .NET nor a browser is needed
      LC_ALL: 'C.UTF-8', // Wine reads paths and the environment as the locale writes them
    }
  }
}
