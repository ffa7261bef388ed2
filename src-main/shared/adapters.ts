import type { AdapterDescription } from './engine-adapter.ts'
import type { AdapterId } from './ids.ts'

/** How much of a LoRA adapter the engine adds to the weights at most; 0 adds nothing, 1 is as trained. */
export const largestScale = 10

/** An adapter that was added. Its file belongs to the app; what it was made of may go away. */
export interface InstalledAdapter {
  id: AdapterId
  /** Of the folder or file that it came from. */
  name: string
  description: AdapterDescription
  sizeBytes: number
  addedAtMs: number
}

/** What a chat is written with besides the model, and what a reply was. */
export interface AdapterChoice {
  adapterId: AdapterId
  /** As it was called when it was chosen: it may be gone, or never have been on this computer. */
  name: string
  /** 1 for what has none. */
  scale: number
}

/** What the renderer may ask about adapters. */
export interface AdapterListRequests {
  'adapter.list': { params: Record<string, never>; result: InstalledAdapter[] }
  /**
   * Converts the folder of a P-Tuning v2 checkpoint or of a LoRA adapter, or a GGUF file of one, into
   * a file of the app's own. Answers the one that is there when it was added before.
   */
  'adapter.add': { params: { path: string }; result: InstalledAdapter }
  /** Deletes its file. Chats keep it as their choice and say that it is gone. */
  'adapter.remove': { params: { adapterId: AdapterId }; result: null }
}

/** What the renderer is told about adapters. */
export interface AdapterEvents {
  'adapters.changed': { adapters: InstalledAdapter[] }
}
