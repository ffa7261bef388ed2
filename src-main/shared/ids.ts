declare const brand: unique symbol

/** A string that only the functions of this file make; ids of different things do not mix. */
type Id<Name extends string> = string & { readonly [brand]: Name }

export type ChatId = Id<'chat'>
export type MessageId = Id<'message'>
export type ModelId = Id<'model'>
export type DownloadId = Id<'download'>
export type RemoteId = Id<'remote'>
export type DocumentId = Id<'document'>
export type CompletionId = Id<'completion'>
export type AdapterId = Id<'adapter'>

/** Takes a string for the id of a chat, where it arrives from outside. */
export const chatId = (text: string): ChatId => text as ChatId

/** Takes a string for the id of a message, where it arrives from outside. */
export const messageId = (text: string): MessageId => text as MessageId

/** Takes a string for the id of a model, where it arrives from outside. */
export const modelId = (text: string): ModelId => text as ModelId

/** Takes a string for the id of a download, where it arrives from outside. */
export const downloadId = (text: string): DownloadId => text as DownloadId

/** Takes a string for the id of a server, where it arrives from outside. */
export const remoteId = (text: string): RemoteId => text as RemoteId

/** Takes a string for the id of a document, where it arrives from outside. */
export const documentId = (text: string): DocumentId => text as DocumentId

/** Takes a string for the id of a piece of code, where it arrives from outside. */
export const completionId = (text: string): CompletionId => text as CompletionId

/** Takes a string for the id of an adapter, where it arrives from outside. */
export const adapterId = (text: string): AdapterId => text as AdapterId

/** An id that no other chat has. Whoever asks for a new chat makes its id. */
export const newChatId = (): ChatId => chatId(crypto.randomUUID())

/** An id that no other message has. Whoever asks for a reply makes its id beforehand. */
export const newMessageId = (): MessageId => messageId(crypto.randomUUID())

/** An id that no other download has. */
export const newDownloadId = (): DownloadId => downloadId(crypto.randomUUID())

/** An id that no other server has. */
export const newRemoteId = (): RemoteId => remoteId(crypto.randomUUID())

/** An id that no other document has. */
export const newDocumentId = (): DocumentId => documentId(crypto.randomUUID())

/** An id that no other piece of code has. */
export const newCompletionId = (): CompletionId => completionId(crypto.randomUUID())
