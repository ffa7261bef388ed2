import { dialog, shell, type BrowserWindow } from 'electron'
import type { HostServices } from '../core/app/app-server.ts'
import type { ModelId } from '../shared/ids.ts'
import { openLink } from './open-link.ts'
import type { OpenedChats } from './opened-chats.ts'
import type { HostTexts } from './texts/host-texts.ts'

/** What the desktop does for the renderer, with dialogs in the language of the moment. */
export function desktopServices(
  window: BrowserWindow,
  dataFolder: string,
  texts: () => HostTexts,
  paths: { model: (modelId: ModelId) => Promise<string>; answers: () => Promise<string> },
  openedChats: OpenedChats,
): HostServices {
  return {
    'host.pick_model': async ({ kind }) => {
      const { pickModelFile, pickModelFolder, modelFiles, allFiles } = texts()
      const isFile = kind === 'file'
      const { filePaths } = await dialog.showOpenDialog(window, {
        title: isFile ? pickModelFile : pickModelFolder,
        properties: [isFile ? 'openFile' : 'openDirectory'],
        filters: [
          { name: modelFiles, extensions: ['gguf'] },
          { name: allFiles, extensions: ['*'] },
        ],
      })
      return { path: filePaths[0] ?? null }
    },
    'host.pick_folder': async () => {
      const { filePaths } = await dialog.showOpenDialog(window, {
        title: texts().pickFolder,
        properties: ['openDirectory', 'createDirectory'],
      })
      return { path: filePaths[0] ?? null }
    },
    'host.pick_prompts': async () => {
      const { pickPrompts, promptFiles } = texts()
      const { filePaths } = await dialog.showOpenDialog(window, {
        title: pickPrompts,
        properties: ['openFile'],
        filters: [{ name: promptFiles, extensions: ['jsonl', 'ndjson', 'csv'] }],
      })
      return { path: filePaths[0] ?? null }
    },
    'host.reveal_answers': async () => {
      shell.showItemInFolder(await paths.answers())
      return null
    },
    'host.reveal_model': async ({ modelId }) => {
      shell.showItemInFolder(await paths.model(modelId))
      return null
    },
    'host.open_link': async ({ url }) => {
      await openLink(url, window, texts())
      return null
    },
    'host.reveal_data': async () => {
      await shell.openPath(dataFolder)
      return null
    },
    'host.take_opened_chats': () => openedChats.take(),
  }
}
