import type { RemoteId } from './ids.ts'

/** A server of models that speaks OpenAI's API. Its key is kept apart and never shown again. */
export interface RemoteEngine {
  id: RemoteId
  name: string
  /** With `/v1` or what stands in its place, without a slash at the end. */
  address: string
  /** What it offered when it was last asked. */
  models: RemoteModel[]
}

/** A model of a server, as it is chosen for a chat. */
export interface RemoteChoice {
  remoteId: RemoteId
  model: string
  /** Tokens; null where the server does not tell. */
  contextLength: number | null
}

/** A model that a server offers. */
export interface RemoteModel {
  id: string
  contextLength: number | null
}

/** What the renderer may ask about servers of models. */
export interface RemoteRequests {
  /** The servers that have a key. */
  'remote.keys': { params: Record<string, never>; result: { remoteIds: RemoteId[] } }
  /** Kept apart from the chats and never told again; null forgets it. */
  'remote.write_key': { params: { remoteId: RemoteId; key: string | null }; result: null }
  /** Asks the server what it offers. */
  'remote.models': { params: { remoteId: RemoteId }; result: { models: RemoteModel[] } }
}
