import { totalmem } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import {
  type Backend,
  type BackendReport,
  backends,
  type BackendState,
  type DeviceReport,
  type UnusableServer,
} from '../../shared/devices.ts'
import type { Device } from '../../shared/engine-api.ts'
import type { AppEventBus } from '../app/app-events.ts'
import { deviceSchema } from '../engine/engine-messages.ts'
import type { Logger } from '../logger.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { StoreClient } from '../store/store-client.ts'
import { findModule, moduleFingerprint, type ModulePlaces } from './backend-modules.ts'
import { keepServers, whyGone } from './keep-servers.ts'
import { backendEnvironment, probeBackend, type SelfTest } from './probe-backend.ts'

export interface DeviceServices {
  store: StoreClient
  settings: SettingsService
  events: AppEventBus
  log: Logger
  places: ModulePlaces
  /** The CPU computes, whatever else there is. */
  isSafeMode?: boolean
  /** The model of the self-test, made when it is first needed. */
  selfTest: () => Promise<SelfTest>
}

const key = 'devices.report'
/** A driver that compiles its programs for the first time says nothing for a while. */
const silenceLimitMs = 90_000
const timeLimitMs = 5 * 60_000

/** The second crash within so long is none by chance, though all servers pass their test. */
const crashesTogetherMs = 10 * 60_000

/** The fastest first. */
const byPreference: readonly Backend[] = ['cuda', 'metal', 'vulkan']

const stateSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('absent') }),
  z.object({ type: z.literal('unusable'), reason: z.string() }),
  z.object({ type: z.literal('failed_test'), reason: z.string() }),
  z.object({
    type: z.literal('usable'),
    devices: z.array(deviceSchema),
    off: z.array(z.object({ address: z.string(), reason: z.string() })).optional(),
  }),
])

const storedSchema = z.object({
  fingerprint: z.string(),
  probedAtMs: z.int(),
  backends: z.array(z.object({ backend: z.enum(backends), state: stateSchema })),
})

/** Knows what this computer can compute on, and chooses. What fails is switched off. */
export class DeviceService {
  private backends: BackendReport[] = []
  private probedAtMs: number | null = null
  private probing: Promise<void> | undefined
  private readonly listeners = new Set<() => void>()
  private readonly closing = new AbortController()
  private keptAllAtMs = -Infinity

  constructor(private readonly services: DeviceServices) {
    services.settings.onChange(() => this.tell())
  }

  /** Calls `listener` when what is chosen may be another. */
  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  /** Reads what the last probe found. Called once, before the engine starts. */
  async load(): Promise<void> {
    const stored = storedSchema.safeParse((await this.services.store.ask('settings.read', {}))[key])
    if (!stored.success || stored.data.fingerprint !== this.fingerprint()) return
    this.backends = stored.data.backends
    this.probedAtMs = stored.data.probedAtMs
  }

  read(): DeviceReport {
    const { probedAtMs } = this
    return { probedAtMs, backends: this.backends, chosen: this.chosen() }
  }

  /** The setting where that is usable, or the best that is; the CPU at worst. */
  chosen(): Backend {
    if (this.services.isSafeMode) return 'cpu'
    const { backend } = this.services.settings.read()
    const isUsable = (name: Backend) => this.stateOf(name)?.type === 'usable'
    if (backend !== 'auto') return isUsable(backend) ? backend : 'cpu'
    return byPreference.find(isUsable) ?? 'cpu'
  }

  /** The devices that take layers; none when the CPU computes alone. */
  chosenDevices(): Device[] {
    const chosen = this.chosen()
    const state = this.stateOf(chosen)
    return chosen !== 'cpu' && state?.type === 'usable' ? state.devices : []
  }

  /** What the engine is told at its start. */
  engineEnvironment(): NodeJS.ProcessEnv {
    const chosen = this.chosen()
    const file = chosen === 'cpu' ? null : findModule(chosen, this.services.places)
    return file === null ? {} : backendEnvironment(file, chosen === 'rpc' ? this.servers() : [])
  }

  /** Probes after a while, unless that was done with the same modules or the app ends before. */
  async probeIfNew(delayMs: number): Promise<void> {
    if (this.probedAtMs !== null) return
    const { signal } = this.closing
    await delay(delayMs, undefined, { signal }).catch(() => undefined)
    if (!signal.aborted) await this.probe()
  }

  /** Ends a probe; what it found by then is not kept. */
  async close(): Promise<void> {
    this.closing.abort()
    await this.probing
  }

  /** Loads and tests every backend, one after another. */
  probe(): Promise<void> {
    return (this.probing ??= this.probeAll().finally(() => (this.probing = undefined)))
  }

  /**
   * Switches off what computes now, since the engine crashed with it. Servers are then tried again:
   * those are used that answer and pass the test.
   */
  async giveUp(): Promise<void> {
    const chosen = this.chosen()
    if (chosen === 'cpu') return
    const servers = this.servers()
    const off = this.offServers
    this.setState(chosen, { type: 'failed_test', reason: whyGivenUp(chosen, servers) })
    await this.keep()
    if (chosen === 'rpc') await this.keepServers(servers, off)
  }

  /** `known` are off already. */
  private async keepServers(servers: string[], known: UnusableServer[]): Promise<void> {
    const file = findModule('rpc', this.services.places)
    const tried = await keepServers(servers, (some) => this.stateWith('rpc', file, some))
    if (this.closing.signal.aborted || tried === null) return
    if (tried.off.length === 0) {
      // Nothing is wrong with them; but what crashes again and again is not tried for ever.
      if (Date.now() - this.keptAllAtMs < crashesTogetherMs) return
      this.keptAllAtMs = Date.now()
    }
    const off = [...known, ...tried.off]
    this.setState('rpc', {
      type: 'usable',
      devices: tried.devices,
      ...(off.length > 0 ? { off } : {}),
    })
    await this.keep()
  }

  /** The servers that take part. */
  private servers(): string[] {
    const off = new Set(this.offServers.map(({ address }) => address))
    return this.services.settings.read().rpcServers.filter((address) => !off.has(address))
  }

  private get offServers(): UnusableServer[] {
    const state = this.stateOf('rpc')
    return state?.type === 'usable' ? (state.off ?? []) : []
  }

  private async probeAll(): Promise<void> {
    const { signal } = this.closing
    for (const backend of backends) {
      const file = findModule(backend, this.services.places)
      const state = await this.stateWith(backend, file)
      if (signal.aborted) return
      this.setState(backend, state)
    }
    this.probedAtMs = Date.now()
    await this.keep()
  }

  private async stateWith(
    backend: Backend,
    file: string | null,
    rpcServers = this.services.settings.read().rpcServers,
  ): Promise<BackendState> {
    if (backend === 'cpu') return { type: 'usable', devices: [hostMemory()] }
    if (file === null) return { type: 'absent' }
    if (backend === 'rpc' && rpcServers.length === 0)
      return { type: 'unusable', reason: 'No server is named in the settings.' }
    const state = await probeBackend(backend, {
      engineFile: this.services.places.engineFile,
      manifestFile: this.services.places.manifestFile,
      moduleFile: file,
      rpcServers,
      selfTest: this.services.selfTest,
      ...{ silenceLimitMs, timeLimitMs },
      signal: this.closing.signal,
    })
    this.services.log.info(`${backend}: ${JSON.stringify(state)}`)
    return state
  }

  private stateOf(backend: Backend): BackendState | undefined {
    return this.backends.find((known) => known.backend === backend)?.state
  }

  private setState(backend: Backend, state: BackendState): void {
    const others = this.backends.filter((known) => known.backend !== backend)
    this.backends = [...others, { backend, state }].sort(
      (a, b) => backends.indexOf(a.backend) - backends.indexOf(b.backend),
    )
    this.tell()
  }

  private tell(): void {
    this.services.events.emit({ event: 'devices.changed', payload: { report: this.read() } })
    for (const listener of [...this.listeners]) listener()
  }

  private async keep(): Promise<void> {
    const { backends: found, probedAtMs } = this
    const value = { fingerprint: this.fingerprint(), probedAtMs, backends: found }
    await this.services.store.ask('settings.write', { key, value: z.json().parse(value) })
    this.tell()
  }

  private fingerprint(): string {
    const { places, settings } = this.services
    const modules = backends.map((backend) => moduleFingerprint(findModule(backend, places)))
    return [...modules, ...settings.read().rpcServers].join('\n')
  }
}

function whyGivenUp(backend: Backend, servers: readonly string[]): string {
  return backend === 'rpc' ? whyGone(servers) : 'The engine crashed while it computed on it.'
}

/** The CPU's memory as a device; how much is free changes by the second. */
const hostMemory = (): Device => ({
  ...{ name: 'CPU', description: '', kind: 'cpu' as const },
  ...{ memoryTotalBytes: totalmem(), memoryFreeBytes: 0 },
})
