/** Gives the renderer its bridge, and nothing else of Electron. Runs in the sandbox. */
import { contextBridge, ipcRenderer, type IpcRendererEvent, webUtils } from 'electron'
import { eventChannel, requestChannel } from '../shared/ipc-channels.ts'

contextBridge.exposeInMainWorld('chatglm', {
  /** Asks the app. Answers an `Envelope`, and rejects only when the app is gone. */
  request: (request: string, params: unknown): Promise<unknown> =>
    ipcRenderer.invoke(requestChannel, request, params),
  /** Calls `listener` with every `EventMessage`. Returns what ends that. */
  onEvent: (listener: (message: unknown) => void): (() => void) => {
    // The event object would hand out `ipcRenderer`.
    const take = (_event: IpcRendererEvent, message: unknown): void => listener(message)
    ipcRenderer.on(eventChannel, take)
    return () => void ipcRenderer.off(eventChannel, take)
  },
  /** Where a dropped file or folder lies; empty for one that no disk holds. */
  pathOf: (file: File): string => webUtils.getPathForFile(file),
  platform: process.platform,
})
