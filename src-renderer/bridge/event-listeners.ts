import type { AppEvent, AppEvents, EventMessage } from '@shared/app-api.ts'

/** Who listens to what. Both bridges hand their events to one of these. */
export class EventListeners {
  private readonly listeners = new Map<AppEvent, Set<(message: EventMessage) => void>>()

  on<E extends AppEvent>(event: E, listener: (payload: AppEvents[E]) => void): () => void {
    const take = (message: EventMessage) => {
      if (isOf(message, event)) listener(message.payload)
    }
    const all = this.listeners.get(event) ?? new Set()
    this.listeners.set(event, all.add(take))
    return () => void all.delete(take)
  }

  emit(message: EventMessage): void {
    for (const listener of [...(this.listeners.get(message.event) ?? [])]) listener(message)
  }
}

function isOf<E extends AppEvent>(
  message: { event: AppEvent; payload: unknown },
  event: E,
): message is { event: E; payload: AppEvents[E] } {
  return message.event === event
}
