/// <reference types="vite/client" />
import type { DesktopBridge } from './bridge/electron-bridge.ts'

declare global {
  interface Window {
    /** Only in Electron: what the preload script exposes. */
    readonly chatglm?: DesktopBridge
  }
}
