import type { Bridge } from './bridge.ts'
import { createElectronBridge } from './electron-bridge.ts'
import { createWebBridge } from './web-bridge.ts'

/** The bridge of wherever this page runs. */
export function createBridge(): Bridge {
  if (window.chatglm) return createElectronBridge(window.chatglm)
  const { protocol, host } = window.location
  return createWebBridge(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/bridge`)
}
