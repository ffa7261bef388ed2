import type { EventMessage } from '../../shared/app-api.ts'

/** Carries what happens from the services to the hosts. */
export class AppEventBus {
  private readonly listeners = new Set<(message: EventMessage) => void>()

  emit(message: EventMessage): void {
    for (const listener of [...this.listeners]) listener(message)
  }

  /** Calls `listener` with every event. Returns what ends that. */
  subscribe(listener: (message: EventMessage) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }
}
