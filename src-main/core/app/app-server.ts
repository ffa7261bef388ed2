import type { AppRequests, Envelope, EventMessage } from '../../shared/app-api.ts'

/** The requests that only a host can do. */
type HostRequest = Extract<keyof AppRequests, `host.${string}`>

/** What a host does for its renderer; a request that it leaves out is not available there. */
export type HostServices = {
  [R in HostRequest]?: (params: AppRequests[R]['params']) => Promise<AppRequests[R]['result']>
}

/** The app as every transport serves it. */
export interface AppServer {
  /** Parses, runs and answers one request. Never throws. */
  handle(request: string, params: unknown, host: HostServices): Promise<Envelope<unknown>>
  /** Calls `listener` with every event. Returns what ends that. */
  subscribe(listener: (message: EventMessage) => void): () => void
}
