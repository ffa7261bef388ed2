/// <reference types="vite/client" />
import type { DesktopBridge } from './bridge/electron-bridge.ts'

/** What we use of Trusted Types, which only some browsers know. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL: (address: string) => string }
}

declare global {
  interface Window {
    /** Only in Electron: what the preload script exposes. */
    readonly chatglm?: DesktopBridge
    readonly trustedTypes?: TrustedTypes
  }
}
