import { type InjectionKey, inject } from 'vue'
import type { AppEvent, AppEvents, AppParams, AppRequest, AppResult } from '@shared/app-api.ts'

/** The way to the app. The stores use it; components use the stores. */
export interface Bridge {
  /** Rejects with AppError when the app refuses, `bridge.closed` when the app is gone. */
  request<R extends AppRequest>(request: R, params: AppParams<R>): Promise<AppResult<R>>
  /** Calls `listener` at each such event. Returns what ends that. */
  on<E extends AppEvent>(event: E, listener: (payload: AppEvents[E]) => void): () => void
  /** Calls `listener` when the connection was lost and is there again: events may be missing. */
  onReconnected(listener: () => void): () => void
  /** Tells whether there is a connection; Electron's never breaks. */
  onConnectionChange(listener: (isConnected: boolean) => void): () => void
  /** Where a dropped file or folder lies; null in a browser, which does not tell. */
  pathOf(file: File): string | null
}

export const bridgeKey: InjectionKey<Bridge> = Symbol('bridge')

/** The bridge of the app that this store or component belongs to. */
export function useBridge(): Bridge {
  const bridge = inject(bridgeKey)
  if (bridge === undefined) throw new Error('The app was created without a bridge.')
  return bridge
}
