import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import type { AppServer, HostServices } from '../core/app/app-server.ts'
import type { Envelope, EventMessage } from '../shared/app-api.ts'
import { eventChannel, requestChannel } from '../shared/ipc-channels.ts'
import { isAppAddress } from './app-address.ts'

const refusal: Envelope<never> = {
  ok: false,
  error: {
    code: 'host.sender_refused',
    message: 'Only the window of the app may ask for this. Use the app itself.',
  },
}

/** Whether a message comes from the app's page in the app's window, not from a frame inside it. */
function isFromApp({ senderFrame }: IpcMainInvokeEvent, window: BrowserWindow): boolean {
  if (!senderFrame || window.isDestroyed()) return false
  const { mainFrame } = window.webContents
  return (
    senderFrame.routingId === mainFrame.routingId &&
    senderFrame.processId === mainFrame.processId &&
    isAppAddress(senderFrame.url)
  )
}

/** Sends an event to the window, if it is still there. */
export function sendEvent(window: BrowserWindow, message: EventMessage): void {
  if (!window.isDestroyed()) window.webContents.send(eventChannel, message)
}

/** Answers the requests of the window and sends it the events. Returns what ends that. */
export function connectWindow(
  window: BrowserWindow,
  server: AppServer,
  host: HostServices,
): () => void {
  ipcMain.handle(requestChannel, (event, request: unknown, params: unknown) => {
    if (!isFromApp(event, window)) return refusal
    // Not every object can become a text; no name is that of an unknown request.
    return server.handle(typeof request === 'string' ? request : '', params, host)
  })
  const unsubscribe = server.subscribe((message) => sendEvent(window, message))
  return () => {
    ipcMain.removeHandler(requestChannel)
    unsubscribe()
  }
}
