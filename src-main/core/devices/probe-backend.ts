import { delimiter, dirname } from 'node:path'
import type { Backend, BackendState, UnusableServer } from '../../shared/devices.ts'
import {
  type Device,
  engineModulesVariable,
  engineRpcServersVariable,
} from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import { defaultRestartPolicy } from '../engine/crash-window.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { EngineResult } from '../engine/engine-messages.ts'
import { EngineProcess } from '../engine/engine-process.ts'

/** A question with the reply that the official code gives, greedily. */
export interface GoldenReply {
  question: string
  reply: string
}

/** A small GGUF file and what it must answer. */
export interface SelfTest {
  model: string
  golden: GoldenReply[]
}

export interface ProbeOptions {
  engineFile: string
  manifestFile?: string | undefined
  /** The backend's module; `rpc` has servers, too. */
  moduleFile: string
  rpcServers: string[]
  /** Asked only where there is a device to test. */
  selfTest: () => Promise<SelfTest>
  /** Without a sign of life: a line of the log, an answer, a piece of a reply. */
  silenceLimitMs: number
  /** For everything together. */
  timeLimitMs: number
  /** Ends the probe early. */
  signal: AbortSignal
}

/** What an engine must be told so that it offers the devices of a backend. */
export const backendEnvironment = (
  moduleFile: string,
  rpcServers: readonly string[],
): NodeJS.ProcessEnv => ({
  [engineModulesVariable]: moduleFile,
  [engineRpcServersVariable]: rpcServers.join(','),
  ...withLibrariesBeside(moduleFile),
})

/** Libraries that were downloaded with a module lie beside it; the system's loader is told so. */
function withLibrariesBeside(moduleFile: string): NodeJS.ProcessEnv {
  const name = process.platform === 'win32' ? 'PATH' : 'LD_LIBRARY_PATH'
  const own = process.env[name]
  const folder = dirname(moduleFile)
  return { [name]: own === undefined ? folder : `${folder}${delimiter}${own}` }
}

/** An accelerator is code for the CPU, and always there. */
const isOther = ({ kind }: Device): boolean => kind !== 'cpu' && kind !== 'accelerator'

/**
 * Loads a backend in an engine of its own, which may crash or hang, and has it answer questions
 * whose replies are known. Never throws.
 */
export async function probeBackend(
  backend: Backend,
  {
    engineFile,
    manifestFile,
    moduleFile,
    rpcServers,
    selfTest,
    silenceLimitMs,
    timeLimitMs,
    signal,
  }: ProbeOptions,
): Promise<BackendState> {
  let silence: NodeJS.Timeout | undefined
  const hung = new AbortController()
  const onAlive = () => {
    clearTimeout(silence)
    silence = setTimeout(() => endHung(), silenceLimitMs)
  }
  const engine = new EngineProcess({
    onLogLine: onAlive,
    program: {
      file: engineFile,
      manifestFile,
      environment: () => backendEnvironment(moduleFile, backend === 'rpc' ? rpcServers : []),
    },
    restart: { ...defaultRestartPolicy, maxCrashes: 1 },
  })
  const end = () => void engine.stop()
  const endHung = () => {
    hung.abort()
    end()
  }
  const timer = setTimeout(endHung, timeLimitMs)
  onAlive()
  signal.addEventListener('abort', end)
  let devices: Device[] = []
  try {
    const client = await engine.start()
    const found = await client.request('engine.devices', {})
    onAlive()
    devices = found.devices.filter(isOther)
    if (devices.length === 0) return { type: 'unusable', reason: whyNone(found) }
    const test = await selfTest() // the app's own engine may have to make it first
    onAlive()
    await runSelfTest(client, devices, test, onAlive)
    const off = backend === 'rpc' ? unusableServers(found, rpcServers) : []
    return { type: 'usable', devices, ...(off.length > 0 ? { off } : {}) }
  } catch (error) {
    const reason = hung.signal.aborted
      ? hungReason
      : error instanceof Error
        ? error.message
        : String(error)
    return { type: devices.length === 0 ? 'unusable' : 'failed_test', reason }
  } finally {
    clearTimeout(timer)
    clearTimeout(silence)
    signal.removeEventListener('abort', end)
    await engine.stop()
  }
}

const hungReason = 'It hung in its test. Update the graphics driver, then test the devices again.'

/** The engine greets each server and takes those that answer. */
function unusableServers(
  { modules }: EngineResult<'engine.devices'>,
  servers: readonly string[],
): UnusableServer[] {
  return modules.flatMap(({ name, reason }) =>
    reason !== null && servers.includes(name) ? [{ address: name, reason }] : [],
  )
}

function whyNone({ modules }: EngineResult<'engine.devices'>): string {
  const failed = modules.find(({ reason }) => reason !== null)
  return failed?.reason ?? 'The module found no device of its kind. Check the graphics driver.'
}

async function runSelfTest(
  client: EngineClient,
  devices: Device[],
  { model, golden }: SelfTest,
  onProgress: () => void,
): Promise<void> {
  const names = devices.map(({ name }) => name)
  const load = { path: model, gpuLayers: -1, devices: names }
  await client.request('model.load', load, { onProgress })
  for (const { question, reply } of golden) {
    const asked = {
      messages: [{ role: 'user' as const, content: question }],
      sampling: { temperature: 0 },
    }
    const { text } = await client.request('chat.generate', asked, { onProgress })
    if (text !== reply)
      throw new AppError('device.wrong_result', `It answers "${text}" in place of "${reply}".`)
  }
}
