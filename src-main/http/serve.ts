/** Serves the app to a browser on this computer: `serve.ts [--port NUMBER]`. */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createApp } from '../core/create-app.ts'
import { startStoreThread } from '../core/store/store-host.ts'
import { AppError } from '../shared/errors.ts'
import { startApiServer } from './api/api-server.ts'
import { createAnswerer } from './api/create-answerer.ts'
import { appVersion } from './app-version.ts'
import { stderrLog } from './stderr-log.ts'
import { startWebServer } from './web-server.ts'

const root = join(import.meta.dirname, '../..')
const executable = process.platform === 'win32' ? 'chatglm-engine.exe' : 'chatglm-engine'
const interruptedExitCode = 130

/** Resolves at the first wish to end; a second one does not wait for anything. */
function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    let wasAsked = false
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (wasAsked) process.exit(interruptedExitCode)
        wasAsked = true
        resolve()
      })
    }
  })
}

function readPort(): number {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } })
  const port = z.coerce.number().int().min(0).max(65_535).safeParse(values.port)
  if (!port.success) throw new AppError('web.invalid_port', 'Give --port a number up to 65535.')
  return port.data
}

async function serve(): Promise<void> {
  const { env } = process
  const ending = askedToEnd()
  const port = readPort()
  const app = await createApp({
    host: 'web',
    version: appVersion(root),
    systemLocale: Intl.DateTimeFormat().resolvedOptions().locale,
    env,
    engineFile: env['CHATGLM_ENGINE'] ?? join(root, 'out/engine/release/bin', executable),
    resourcesFolder: join(root, 'resources'),
    startStore: () => startStoreThread(new URL('../core/store/store-worker.ts', import.meta.url)),
    documentWorker: new URL('../core/documents/document-worker.ts', import.meta.url),
    log: stderrLog,
    ...{ listenApi: startApiServer, createAnswerer },
  })
  try {
    const rendererFolder = join(root, 'out/app/renderer')
    const web = await startWebServer({ server: app, rendererFolder, port })
    process.stdout.write(`ChatGLM Desktop: ${web.address}\n`)
    process.stderr.write('Open this address in a browser on this computer. Ctrl-C ends the app.\n')
    await ending
    await web.close()
  } finally {
    await app.close()
  }
}

try {
  await serve()
} catch (error) {
  if (!(error instanceof AppError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
