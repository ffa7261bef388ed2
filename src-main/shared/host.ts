import type { ModelId } from './ids.ts'
import type { ChatFile } from './transfer.ts'

/** What a file is picked for: an adapter, prompts of a batch, questions or a text to measure by. */
export const pickedFiles = ['adapter', 'prompts', 'questions'] as const
export type PickedFile = (typeof pickedFiles)[number]

/** What the host's menu, tray and shortcuts ask for. */
export type HostCommand =
  'new_chat' | 'search' | 'settings' | 'models' | 'toggle_sidebar' | 'guide' | 'import_opened'

/** What the renderer may ask of the host around it; `host.not_available` where it has no such thing. */
export interface HostRequests {
  /** A dialog of the system; null when the person chose nothing. */
  'host.pick_model': { params: { kind: 'file' | 'folder' }; result: { path: string | null } }
  /** Opens a web address outside the app, after a question when it is not https. */
  'host.open_link': { params: { url: string }; result: null }
  /** Shows the files of a model in the system's file manager. */
  'host.reveal_model': { params: { modelId: ModelId }; result: null }
  /** A dialog of the system for a file to read; null when the person chose none. */
  'host.pick_file': { params: { kind: PickedFile }; result: { path: string | null } }
  /** Shows the answers of the last batch in the system's file manager. */
  'host.reveal_answers': { params: Record<string, never>; result: null }
  /** Shows the results of the last measuring in the system's file manager. */
  'host.reveal_results': { params: Record<string, never>; result: null }
  /** Writes the report of the last measuring beside its results, and opens it as the system does. */
  'host.open_report': { params: Record<string, never>; result: null }
  /** A dialog of the system for a folder; null when the person chose none. */
  'host.pick_folder': { params: Record<string, never>; result: { path: string | null } }
  /** Shows the data folder in the system's file manager. */
  'host.reveal_data': { params: Record<string, never>; result: null }
  /** A file of chats that was opened with the app, each once; null when there is none. */
  'host.take_opened_chats': { params: Record<string, never>; result: ChatFile | null }
}
