import type { Device } from './engine-api.ts'

/** A kind of device that the engine can compute on. */
export const backends = ['cpu', 'cuda', 'metal', 'vulkan', 'rpc'] as const
export type Backend = (typeof backends)[number]

/** How a backend stands on this computer. */
export type BackendState =
  /** The module is not there; `cuda` can be downloaded. */
  | { type: 'absent' }
  /** The module is there but has no device, or could not be loaded; the reason says why. */
  | { type: 'unusable'; reason: string }
  /** Switched off since it computed wrongly, crashed or did not answer in its self-test. */
  | { type: 'failed_test'; reason: string }
  /** Of several servers (`rpc`) some may be switched off, each with its reason. */
  | { type: 'usable'; devices: Device[]; off?: UnusableServer[] | undefined }

/** Another computer that does not take part until the devices are tested again. */
export interface UnusableServer {
  address: string
  reason: string
}

export interface BackendReport {
  backend: Backend
  state: BackendState
}

/** What the probe of this computer found, and what is chosen. */
export interface DeviceReport {
  /** Null while the first probe runs. */
  probedAtMs: number | null
  backends: BackendReport[]
  /** What a load uses now: the setting, or the best that passed its test. */
  chosen: Backend
}
