import type { Bridge } from './bridge.ts'
import { EventListeners } from './event-listeners.ts'
import { openEnvelope, parseEvent } from './parse-answer.ts'

/** What `src-main/preload` puts on `window`: a way to ask and a way to listen. */
export interface DesktopBridge {
  request(request: string, params: unknown): Promise<unknown>
  onEvent(listener: (message: unknown) => void): () => void
  pathOf(file: File): string
}

/** The bridge to the main process of Electron. */
export function createElectronBridge(desktop: DesktopBridge): Bridge {
  const listeners = new EventListeners()
  desktop.onEvent((message) => {
    const event = parseEvent(message)
    if (event) listeners.emit(event)
  })
  return {
    // Structured cloning refuses Vue's proxies.
    request: async (request, params) =>
      openEnvelope(await desktop.request(request, JSON.parse(JSON.stringify(params)))),
    on: (event, listener) => listeners.on(event, listener),
    onReconnected: () => () => undefined,
    onConnectionChange: () => () => undefined,
    // What a page made up has no path.
    pathOf: (file) => desktop.pathOf(file) || null,
  }
}
