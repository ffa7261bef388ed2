import { dialog, shell, type BrowserWindow, type OpenDialogOptions } from 'electron'
import type { HostServices } from '../core/app/app-server.ts'
import type { PickedFile } from '../shared/host.ts'
import type { ModelId } from '../shared/ids.ts'
import { openLink } from './open-link.ts'
import type { OpenedChats } from './opened-chats.ts'
import type { HostTexts } from './texts/host-texts.ts'

/** Where things are that pages may only name. */
export interface HostPaths {
  model: (modelId: ModelId) => Promise<string>
  /** Of the last batch. */
  answers: () => Promise<string>
  /** Of the last measuring. */
  results: () => Promise<string>
  /** Of the last measuring, which is written first. */
  report: () => Promise<string>
}

type FileDialog = Pick<OpenDialogOptions, 'title' | 'filters'>

const fileDialogs: Record<PickedFile, (texts: HostTexts) => FileDialog> = {
  adapter: ({ pickAdapter, adapterFiles }) => ({
    title: pickAdapter,
    filters: [{ name: adapterFiles, extensions: ['gguf'] }],
  }),
  prompts: ({ pickPrompts, promptFiles }) => ({
    title: pickPrompts,
    filters: [{ name: promptFiles, extensions: ['jsonl', 'ndjson', 'csv'] }],
  }),
  questions: ({ pickQuestions, questionFiles }) => ({
    title: pickQuestions,
    filters: [{ name: questionFiles, extensions: ['csv', 'jsonl', 'json', 'txt', 'md'] }],
  }),
}

/** What the desktop does for the renderer, with dialogs in the language of the moment. */
export function desktopServices(
  window: BrowserWindow,
  dataFolder: string,
  texts: () => HostTexts,
  paths: HostPaths,
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
    'host.pick_file': async ({ kind }) => {
      const { filePaths } = await dialog.showOpenDialog(window, {
        properties: ['openFile'],
        ...fileDialogs[kind](texts()),
      })
      return { path: filePaths[0] ?? null }
    },
    'host.reveal_results': async () => {
      shell.showItemInFolder(await paths.results())
      return null
    },
    'host.reveal_answers': async () => {
      shell.showItemInFolder(await paths.answers())
      return null
    },
    'host.open_report': async () => {
      await shell.openPath(await paths.report())
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
