import { defineStore } from 'pinia'
import type { HostCommand, PickedFile } from '@shared/host.ts'
import { AppError } from '@shared/errors.ts'
import type { ChatFile } from '@shared/transfer.ts'
import { useBridge } from '../bridge/bridge.ts'

/** What the host around the page can do, and what it asks of the page. */
export const useHostStore = defineStore('host', () => {
  const bridge = useBridge()

  /** Shows the data folder in the system's file manager. */
  async function revealData(): Promise<void> {
    await bridge.request('host.reveal_data', {})
  }

  /** A folder that the person chooses in a dialog of the system; null when none was chosen. */
  async function pickFolder(): Promise<string | null> {
    return (await bridge.request('host.pick_folder', {})).path
  }

  /** A file to read; null when none was chosen. */
  async function pickFile(kind: PickedFile): Promise<string | null> {
    return (await bridge.request('host.pick_file', { kind })).path
  }

  async function openLink(url: string): Promise<void> {
    try {
      await bridge.request('host.open_link', { url })
    } catch (error) {
      // A browser opens links itself; nothing but https is opened without a question.
      const isBrowser = error instanceof AppError && error.code === 'host.not_available'
      if (!isBrowser || !url.startsWith('https://')) throw error
      window.open(url, '_blank', 'noopener,noreferrer')
    }
  }

  /** The next file of chats that was opened with the app; null when there is none. */
  const takeOpenedChats = (): Promise<ChatFile | null> =>
    bridge.request('host.take_opened_chats', {})

  /** Commands of the host's menu and tray. Returns what ends the listening. */
  const onCommand = (listener: (command: HostCommand) => void) =>
    bridge.on('host.command', ({ command }) => listener(command))

  /** Where a dropped file or folder lies; null where the host does not tell. */
  const pathOf = (file: File): string | null => bridge.pathOf(file)

  return { revealData, pickFolder, pickFile, openLink, takeOpenedChats, onCommand, pathOf }
})
