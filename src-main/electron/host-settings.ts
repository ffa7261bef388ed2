import { z } from 'zod'
import type { AppServer } from '../core/app/app-server.ts'
import { locales } from '../shared/settings.ts'

const settings = z.object({
  language: z.enum(['system', ...locales]),
  notifyWhenFinished: z.boolean(),
  closeToTray: z.boolean(),
})

/** What the host itself goes by. */
export type HostSettings = z.infer<typeof settings>

const whileStarting: HostSettings = {
  language: 'system',
  notifyWhenFinished: false,
  closeToTray: false,
}

/** The settings as they stand, now and after each change. */
export class FollowedSettings {
  current = whileStarting
  private readonly onChange: (settings: HostSettings) => void

  constructor(onChange: (settings: HostSettings) => void) {
    this.onChange = onChange
  }

  /** Reads them once the app has started. Returns what ends the following. */
  async follow(server: AppServer): Promise<() => void> {
    const unsubscribe = server.subscribe((message) => {
      if (message.event === 'settings.changed') this.take(message.payload.settings)
    })
    const answer = await server.handle('app.read', {}, {})
    if (answer.ok) this.take(z.object({ settings }).parse(answer.value).settings)
    return unsubscribe
  }

  private take(value: HostSettings): void {
    this.current = settings.parse(value)
    this.onChange(this.current)
  }
}
