import { z } from 'zod'
import { type AppSettings, defaultSettings } from '../../shared/settings.ts'
import type { AppEventBus } from '../app/app-events.ts'
import { settingsSchema } from '../app/app-params.ts'
import type { StoreClient } from '../store/store-client.ts'

/** Owns the app's settings. What was stored and no longer fits falls back to its default. */
export class SettingsService {
  private settings: AppSettings = defaultSettings
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly store: StoreClient,
    private readonly events: AppEventBus,
  ) {}

  /** Calls `listener` after each change, before the pages hear of it. */
  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  /** Reads what is stored; called once, before anything else asks. */
  async load(): Promise<void> {
    const stored = await this.store.ask('settings.read', {})
    const valid = Object.entries(settingsSchema.shape).flatMap(([key, schema]) => {
      const parsed = schema.safeParse(stored[key])
      return parsed.success ? [[key, parsed.data] as const] : []
    })
    this.settings = { ...defaultSettings, ...Object.fromEntries(valid) }
  }

  read(): AppSettings {
    return this.settings
  }

  async write(changes: Partial<AppSettings>): Promise<AppSettings> {
    for (const [key, value] of Object.entries(changes))
      await this.store.ask('settings.write', { key, value: z.json().parse(value) })
    this.settings = { ...this.settings, ...changes }
    for (const listener of [...this.listeners]) listener()
    this.events.emit({ event: 'settings.changed', payload: { settings: this.settings } })
    return this.settings
  }
}
