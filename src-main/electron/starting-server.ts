import type { AppServer } from '../core/app/app-server.ts'
import type { EventMessage } from '../shared/app-api.ts'

/**
 * Serves an app that still starts, so that it and its window begin side by side: requests wait for
 * it, listeners hear it from its first event on. When it cannot start, requests wait for ever; the
 * host tells the person and ends.
 */
export class StartingServer implements AppServer {
  private readonly listeners = new Set<(message: EventMessage) => void>()
  private readonly starting: Promise<AppServer>

  constructor(starting: Promise<AppServer>) {
    this.starting = starting
    starting.then(
      (server) =>
        server.subscribe((message) => {
          for (const listener of [...this.listeners]) listener(message)
        }),
      () => undefined, // as said above
    )
  }

  async handle(...[request, params, host]: Parameters<AppServer['handle']>) {
    const server = await this.starting.catch(() => new Promise<never>(() => undefined))
    return server.handle(request, params, host)
  }

  subscribe(listener: (message: EventMessage) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
}
