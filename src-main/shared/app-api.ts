import type {
  Chat,
  ChatCursor,
  ChatPage,
  ChatSettings,
  ChatView,
  Exchange,
  Message,
  OpenedChat,
  SearchHit,
  TagCount,
  TitleHit,
} from './chat.ts'
import type { AreaEvents, AreaRequests } from './area-requests.ts'
import type { ApiLogEntry, ApiReport, ApiState } from './api.ts'
import type { BatchState } from './batch.ts'
import type { BenchmarkReport } from './benchmark.ts'
import type { Catalogue } from './catalogue.ts'
import type { DeviceReport } from './devices.ts'
import type { DocumentChoice } from './documents.ts'
import type { Download, DownloadChoice } from './downloads.ts'
import type { GgufDetails, Placement } from './engine-api.ts'
import type { EngineState } from './engine-state.ts'
import type { AppFailure } from './errors.ts'
import type { FitReport, ModelSubject } from './fit.ts'
import type { HostCommand } from './host.ts'
import type { ChatId, DownloadId, MessageId, ModelId } from './ids.ts'
import type {
  ContextUse,
  InstalledModel,
  ModelState,
  ModelStorage,
  TaskProgress,
  Verification,
} from './models.ts'
import type { OpenReport } from './open-report.ts'
import type { AppSettings } from './settings.ts'
import type { UpdateState } from './updates.ts'
import type { ExportFormat, ExportedFile, ImportReport } from './transfer.ts'

/** What the renderer needs to draw its first screen. */
export interface AppSnapshot {
  version: string
  host: 'desktop' | 'web'
  /** As Node names it: `linux`, `darwin`, `win32`. */
  platform: string
  /** BCP 47, as the computer is set. */
  systemLocale: string
  settings: AppSettings
  engine: EngineState
  model: ModelState
  store: OpenReport
  /** Earlier starts failed: no model was loaded, downloads rest, and the CPU computes alone. */
  isSafeMode: boolean
  dataFolder: string
  hasHubToken: boolean
  /** Replies that are being written or wait for their turn. */
  replies: { chatId: ChatId; replyId: MessageId }[]
  machine: { memoryTotalBytes: number; memoryFreeBytes: number; processor: string; cores: number }
}

/**
 * What the renderer may ask of the app. Electron IPC and the WebSocket both carry it, so no entry
 * may name a thing that a browser tab lacks (a window, a file handle); `host.*` answers
 * `host.not_available` where the host has no such thing.
 *
 * Whoever asks for something new picks its id, so no event can arrive before its id is known.
 */
export interface AppRequests extends AreaRequests {
  'app.read': { params: Record<string, never>; result: AppSnapshot }
  /** Answers all settings. */
  'settings.write': { params: { changes: Partial<AppSettings> }; result: AppSettings }

  'chat.create': { params: { chatId: ChatId; settings?: ChatSettings }; result: Chat }
  'chat.read': { params: { chatId: ChatId }; result: Chat }
  'chat.list': {
    params: { view: ChatView; limit: number; after?: ChatCursor | null; tag?: string | null }
    result: ChatPage
  }
  'chat.rename': { params: { chatId: ChatId; title: string }; result: null }
  'chat.pin': { params: { chatIds: ChatId[]; isPinned: boolean }; result: null }
  'chat.archive': { params: { chatIds: ChatId[]; isArchived: boolean }; result: null }
  /** Replaces the tags of a chat. */
  'chat.write_tags': { params: { chatId: ChatId; tags: string[] }; result: null }
  /** Stops the replies that these chats are waiting for, too. */
  'chat.trash': { params: { chatIds: ChatId[] }; result: null }
  'chat.restore': { params: { chatIds: ChatId[] }; result: null }
  /** Deletes for good. */
  'chat.purge': { params: { chatIds: ChatId[] }; result: null }
  'chat.empty_trash': { params: Record<string, never>; result: { chats: number } }
  'chat.write_settings': { params: { chatId: ChatId; settings: ChatSettings }; result: null }
  'chat.write_draft': { params: { chatId: ChatId; text: string }; result: null }
  /** Copies the branch down to a message into a new chat. */
  'chat.fork': { params: { messageId: MessageId; chatId: ChatId }; result: Chat }
  /** The messages of the branch that is shown, from the root; a reply in progress as it stands. */
  'chat.path': { params: { chatId: ChatId }; result: Message[] }
  /** The chat with the last messages of that branch, at most `last` of them. */
  'chat.open': { params: { chatId: ChatId; last: number }; result: OpenedChat }
  /** What the next prompt would take with `text` as its question. Needs a loaded model. */
  'chat.count_context': { params: { chatId: ChatId; text: string }; result: ContextUse }
  /**
   * Saves a question and starts its reply, without waiting for the reply's end. Rejects with
   * `chat.context_full` when the chat's policy is to ask and rounds would be forgotten.
   */
  'chat.send': {
    params: {
      chatId: ChatId
      questionId: MessageId
      replyId: MessageId
      text: string
      /** Documents that were read before. They are cut and become part of the question. */
      documents?: DocumentChoice
      contextFull?: 'forget_oldest'
    }
    result: Exchange
  }
  /**
   * Sends another version of a question, with the documents of the first. Asks as `chat.send` does.
   */
  'chat.edit': {
    params: {
      messageId: MessageId
      questionId: MessageId
      replyId: MessageId
      text: string
      contextFull?: 'forget_oldest'
    }
    result: Exchange
  }
  /** Starts another version of a reply. Asks as `chat.send` does. */
  'chat.regenerate': {
    params: { messageId: MessageId; replyId: MessageId; contextFull?: 'forget_oldest' }
    result: Message
  }
  /** Writes an ended reply on. */
  'chat.continue': { params: { replyId: MessageId }; result: null }
  /** Stops a reply and keeps what is written. Does nothing once it has ended. */
  'chat.cancel': { params: { replyId: MessageId }; result: null }
  'tag.list': { params: Record<string, never>; result: TagCount[] }

  /** Shows the branch that this message is on, down to its newest end. */
  'message.choose': { params: { messageId: MessageId }; result: null }
  'message.versions': { params: { messageId: MessageId }; result: Message[] }
  /** Deletes a message and all that follows it, for good. */
  'message.delete': { params: { messageId: MessageId }; result: null }

  /** Newest first; `before` is the position of the last hit of the page above. */
  'search.find': { params: { text: string; limit: number; before?: number }; result: SearchHit[] }
  'search.find_titles': { params: { text: string; limit: number }; result: TitleHit[] }

  /** Reads an exported file of ours, a `history` list of the official code, or ChatGPT's export. */
  'transfer.import': { params: { fileName: string; text: string }; result: ImportReport }
  /** `chatIds` null exports every chat outside the trash. */
  'transfer.export': {
    params: { chatIds: ChatId[] | null; format: ExportFormat }
    result: ExportedFile
  }

  'model.list': { params: Record<string, never>; result: InstalledModel[] }
  /** Adds a GGUF file or a checkpoint folder by its path and loads it. Answers its id. */
  'model.open': { params: { path: string }; result: { modelId: ModelId } }
  /** Starts loading, after converting where that is needed; `model.changed` tells how it goes. */
  'model.load': { params: { modelId: ModelId }; result: null }
  /** Stops a conversion or a load. */
  'model.cancel': { params: Record<string, never>; result: null }
  'model.unload': { params: Record<string, never>; result: null }
  /**
   * Forgets a model and deletes what the app keeps of it: what was downloaded or converted. The
   * person's own files stay.
   */
  'model.remove': { params: { modelId: ModelId }; result: null }
  'model.details': { params: { modelId: ModelId }; result: GgufDetails }
  /** Computes the hashes of a model's files; `model.verifying` tells how far. */
  'model.verify': { params: { modelId: ModelId }; result: Verification }
  /** Exact memory of a placement, from headers alone; absent fields as the settings say. */
  'model.fit': { params: { subject: ModelSubject; placement: Placement }; result: FitReport }

  'catalogue.read': {
    params: Record<string, never>
    result: { catalogue: Catalogue; acceptedLicenceIds: string[] }
  }
  'licence.accept': { params: { licenceId: string }; result: null }
  /**
   * Queues a model; the licence must have been accepted. Also makes another type of a model whose
   * published files are there: nothing is fetched twice.
   */
  'download.start': { params: { downloadId: DownloadId; choice: DownloadChoice }; result: null }
  'download.list': { params: Record<string, never>; result: Download[] }
  'download.pause': { params: { downloadId: DownloadId }; result: null }
  /** Goes on, also after a failure. */
  'download.resume': { params: { downloadId: DownloadId }; result: null }
  /** Stops it and deletes what was fetched; removes a finished one from the list. */
  'download.cancel': { params: { downloadId: DownloadId }; result: null }
  /** For Hugging Face alone, never sent to a mirror; null forgets it. */
  'hub_token.write': { params: { token: string | null }; result: null }

  /** What is kept of conversations so that they need not be read again. */
  'cache.read': { params: Record<string, never>; result: { sizeBytes: number } }
  'cache.clear': { params: Record<string, never>; result: null }
  'storage.read': { params: Record<string, never>; result: ModelStorage }
  /** Moves all models to another folder; null for the usual one. `storage.moving` tells how far. */
  'storage.move': { params: { folder: string | null }; result: ModelStorage }
  /** Stops a move while files are copied to another disk; nothing has moved then. */
  'storage.cancel_move': { params: Record<string, never>; result: null }

  'device.read': { params: Record<string, never>; result: DeviceReport }
  /** Probes and tests all backends again; `devices.changed` tells the outcome. */
  'device.probe': { params: Record<string, never>; result: null }
  /** Downloads the CUDA module and the libraries that it misses. */
  'device.install_cuda': { params: Record<string, never>; result: null }

  /** Takes about a minute; other replies wait. */
  'benchmark.run': { params: Record<string, never>; result: BenchmarkReport }
  'benchmark.cancel': { params: Record<string, never>; result: null }
  /** What helps in a report of a problem, without a word of any chat or a name of a person. */
  'diagnosis.read': { params: Record<string, never>; result: { text: string } }

  /** The API for other programs; the setting `api` switches it. */
  'api.read': { params: Record<string, never>; result: ApiReport }
  /** Makes another token; the old one counts no more. */
  'api.renew_token': { params: Record<string, never>; result: { token: string } }
  'api.forget_requests': { params: Record<string, never>; result: null }

  /** Starts the engine again after it was given up. */
  'engine.restart': { params: Record<string, never>; result: null }
  'engine.log': { params: Record<string, never>; result: { lines: string[] } }

  'update.read': { params: Record<string, never>; result: UpdateState }
  /** Asks the update page once; `update.changed` tells what came of it. */
  'update.check': { params: Record<string, never>; result: null }
  /** Starts the download of the version that was found. */
  'update.download': { params: Record<string, never>; result: null }
  /** Stops the download, which keeps its bytes, or the waiting for replies. */
  'update.cancel': { params: Record<string, never>; result: null }
  /** Restarts into the new version; unless `endsReplies`, not before all replies are written. */
  'update.install': { params: { endsReplies: boolean }; result: null }
}

/** What the app tells the renderer unasked. */
export interface AppEvents extends AreaEvents {
  'settings.changed': { settings: AppSettings }
  'engine.changed': { state: EngineState }
  'model.changed': { state: ModelState }
  'models.changed': { models: InstalledModel[] }
  /** Null when it has ended. */
  'model.verifying': { modelId: ModelId; progress: TaskProgress | null }
  /** All downloads, at most some times a second. */
  'downloads.changed': { downloads: Download[] }
  'devices.changed': { report: DeviceReport }
  /** How far the CUDA pack is; null when it has ended. */
  'device.installing': { progress: TaskProgress | null }
  'api.changed': { state: ApiState }
  'api.requested': { entry: ApiLogEntry }
  'batch.changed': { state: BatchState }
  'storage.moving': { progress: TaskProgress | null }
  /** Something in the list or the tree of these chats is different; null for any of them. */
  'chats.changed': { chatIds: ChatId[] | null }
  /** A reply waits for its turn from here on. */
  'reply.started': { chatId: ChatId; replyId: MessageId }
  /** The prompt is being read. */
  'reply.reading': { chatId: ChatId; replyId: MessageId; readTokens: number; promptTokens: number }
  /** A piece of a reply, which stands at `offset` (UTF-16 units) of its text. */
  'reply.delta': { chatId: ChatId; replyId: MessageId; offset: number; text: string }
  /** Follows the last piece; the message has the final text. */
  'reply.finished': { chatId: ChatId; message: Message }
  'update.changed': { state: UpdateState }
  /** From the host's menu, tray or shortcuts. */
  'host.command': { command: HostCommand }
}

export type AppRequest = keyof AppRequests
export type AppParams<R extends AppRequest> = AppRequests[R]['params']
export type AppResult<R extends AppRequest> = AppRequests[R]['result']
export type AppEvent = keyof AppEvents

/** How a result crosses: Electron rewrites thrown errors, so none is thrown. */
export type Envelope<Value> = { ok: true; value: Value } | { ok: false; error: AppFailure }

/** An event as it crosses. */
export type EventMessage = { [E in AppEvent]: { event: E; payload: AppEvents[E] } }[AppEvent]
