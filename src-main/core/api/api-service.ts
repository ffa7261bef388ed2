import { isDeepStrictEqual } from 'node:util'
import type { ApiLogEntry, ApiReport, ApiSettings, ApiState } from '../../shared/api.ts'
import { AppError } from '../../shared/errors.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { InferenceSource } from '../inference/inference-source.ts'
import type { Logger } from '../logger.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { ApiToken } from './api-token.ts'
import type { ListenApi, RunningApi } from './listen-api.ts'

/** What was asked before that is forgotten. */
const mostEntries = 500

export interface ApiServices {
  settings: SettingsService
  events: AppEventBus
  log: Logger
  source: InferenceSource
  token: ApiToken
  /** Absent where the host has no HTTP. */
  listen?: ListenApi | undefined
}

/** Switches the API on and off as the settings say, and keeps what was asked lately. */
export class ApiService {
  private state: ApiState = { type: 'off' }
  private running: RunningApi | null = null
  private applied: ApiSettings | null = null
  private changing: Promise<void> = Promise.resolve()
  private entries: ApiLogEntry[] = []
  private nextNumber = 1

  constructor(private readonly services: ApiServices) {
    services.settings.onChange(() => this.follow())
  }

  /** Listens if the settings say so; called once, when the app has started. */
  follow(): void {
    const { api } = this.services.settings.read()
    if (isDeepStrictEqual(api, this.applied)) return
    this.applied = api
    this.queue(() => this.restart(api))
  }

  async report(): Promise<ApiReport> {
    const { state, entries } = this
    return { state, token: await this.services.token.read(), requests: entries.toReversed() }
  }

  /** Answers the new token once the API goes by it. */
  async renewToken(): Promise<{ token: string }> {
    const token = await this.services.token.renew()
    this.queue(() => this.restart(this.services.settings.read().api))
    await this.changing
    return { token }
  }

  forgetRequests(): void {
    this.entries = []
  }

  /** Waits until nobody is connected any more. */
  async close(): Promise<void> {
    this.queue(() => this.stop())
    await this.changing
  }

  /** One after the other, so that a port is free before it is taken again. */
  private queue(work: () => Promise<void>): void {
    this.changing = this.changing.then(work)
  }

  private async stop(): Promise<void> {
    await this.running?.close().catch((error: unknown) => {
      this.services.log.error('the API did not end well', error)
    })
    this.running = null
  }

  private async restart({ isOn, host, port, needsToken, origins }: ApiSettings): Promise<void> {
    await this.stop()
    const { listen, source, log } = this.services
    if (!isOn || listen === undefined) return this.tell({ type: 'off' })
    this.tell({ type: 'starting' })
    try {
      const token = needsToken ? await this.services.token.read() : null
      const onRequest = (entry: Omit<ApiLogEntry, 'number'>) => this.keep(entry)
      this.running = await listen({ host, port, token, origins, source, log, onRequest })
      this.tell({ type: 'on', address: `${this.running.address}/v1` })
    } catch (error) {
      if (!(error instanceof AppError)) log.error('the API could not start', error)
      const code = error instanceof AppError ? error.code : 'app.bug'
      const message = error instanceof Error ? error.message : String(error)
      this.tell({ type: 'failed', failure: { code, message } })
    }
  }

  private keep(entry: Omit<ApiLogEntry, 'number'>): void {
    const numbered = { ...entry, number: this.nextNumber++ }
    this.entries = [...this.entries.slice(1 - mostEntries), numbered]
    this.services.events.emit({ event: 'api.requested', payload: { entry: numbered } })
  }

  private tell(state: ApiState): void {
    this.state = state
    this.services.events.emit({ event: 'api.changed', payload: { state } })
  }
}
