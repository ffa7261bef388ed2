/**
 * What the app and the engine say to each other: JSON-RPC 2.0 with Content-Length framing over a
 * local socket. The messages in `tests/contract/` are parsed by both languages.
 *
 * Cancelling follows the Language Server Protocol (`$/cancelRequest`), and so does progress
 * (`$/progress` with the `progressToken` that the caller put in the parameters).
 */
import type { AdapterRequests, AdapterUse } from './engine-adapter.ts'
import type { FitSubject, TextScore } from './engine-measuring.ts'
import type { ConvertType, GgufDetails, ModelDescription } from './engine-model.ts'
import type { GenerateResult } from './engine-reply.ts'

export type * from './engine-adapter.ts'
export type * from './engine-measuring.ts'
export type * from './engine-model.ts'
export type * from './engine-reply.ts'

/** Raised when a message changes in a way that the other side must know of. */
export const engineProtocolVersion = 1

/** Environment variables by which the app tells a new engine where to connect. */
export const engineSocketVariable = 'CHATGLM_ENGINE_SOCKET'
export const engineTokenVariable = 'CHATGLM_ENGINE_TOKEN'

/**
 * Environment variables that name what the engine loads besides the CPU: files of GPU modules,
 * separated as the system separates paths, and RPC servers `host:port`, separated by commas.
 */
export const engineModulesVariable = 'CHATGLM_ENGINE_MODULES'
export const engineRpcServersVariable = 'CHATGLM_ENGINE_RPC_SERVERS'

/** The caller's handle for the progress of one call. */
export type ProgressToken = string | number

/**
 * ChatGLM3 alone knows `system`, which comes first, and `observation`, what a tool has answered.
 */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant' | 'observation'
  content: string
  /** The tool that an assistant's message calls. */
  tool?: string
}

/** Absent fields take the official defaults (CHATGLM2 `generate`): 0.8, 50, 0.8, 0, 1, 8192. */
export interface SamplingOptions {
  /** 0 takes the most likely token at each step. */
  temperature?: number
  topK?: number
  topP?: number
  minP?: number
  /** 1 is none. Counts the tokens of the prompt too, as the official code does. */
  repetitionPenalty?: number
  /** Drawn at random when absent; the statistics tell it. */
  seed?: number
  /** Tokens of prompt and reply together; never more than the context. */
  maxLength?: number
  /** Tokens of the reply alone. */
  maxNewTokens?: number
  /** The reply ends before the first of these. */
  stop?: string[]
  /** Tells each token with so many of the likeliest in its place, 20 at most; absent for none. */
  topLogprobs?: number
}

export interface Device {
  name: string
  description: string
  kind: 'cpu' | 'gpu' | 'integrated_gpu' | 'accelerator'
  memoryTotalBytes: number
  memoryFreeBytes: number
}

/** A module of ggml that the engine was told to load, and how that went. */
export interface BackendModule {
  /** The name of its file, or of an RPC server `host:port`. */
  name: string
  isLoaded: boolean
  /** Why it could not be loaded, in the words of the system; null when it was. */
  reason: string | null
}

/** The type that keys and values are kept in. */
export type CacheType = 'f16' | 'q8_0'

/** How a model is put into memory. Absent fields take what `model.load` takes by default. */
export interface Placement {
  /** Tokens; at most what the model was made for. */
  contextLength?: number
  cacheType?: CacheType
  /** Layers on the devices below; -1 for all, 0 for none (the default). */
  gpuLayers?: number
  /** Names from `engine.devices` that take layers; all GPUs when absent. */
  devices?: string[]
  /** How many parts of the layers each device takes, in their order; by free memory when absent. */
  tensorSplit?: number[]
}

/** Where the engine keeps what it has read of conversations, so that it need not read it again. */
export interface ConversationCacheOptions {
  /** Made when it is missing; nothing else may be in it. */
  folder: string
  /** What was used longest ago goes when all is larger than this. */
  limitBytes: number
}

/** Bytes that a model takes, or would take, on one device. */
export interface MemoryUse {
  /** As in `engine.devices`; host memory is `CPU`. */
  device: string
  weightBytes: number
  cacheBytes: number
  computeBytes: number
}

export interface LoadedModel {
  description: ModelDescription
  /** What it takes on each device, as libllama has allocated it. */
  memory: MemoryUse[]
  /** Tokens that one conversation may hold, after rounding by the engine. */
  contextLength: number
  threads: number
  /** As in the statistics of a reply. */
  kernels?: string
  /** Whether the weights were mapped as the kernels read them, from `packedFile`. */
  isMappedPacked?: boolean
}

/** What the app asks of the engine. */
export interface EngineRequests extends AdapterRequests {
  /** Answers once everything under way has ended; the engine then exits with status 0. */
  'engine.shutdown': { params: Record<string, never>; result: null }
  /**
   * Answers at once, whatever is computed. `steps` counts from the load of a model and grows while
   * replies are written, unless the device is stuck.
   */
  'engine.ping': {
    params: Record<string, never>
    result: { steps: number; isComputing: boolean }
  }
  'engine.devices': {
    params: Record<string, never>
    result: { devices: Device[]; modules: BackendModule[] }
  }
  /** Reads headers only, of a GGUF file or a checkpoint folder. */
  'model.inspect': { params: { path: string }; result: ModelDescription }
  /** All that the header of a GGUF file says. */
  'model.details': { params: { path: string }; result: GgufDetails }
  /** Replaces the loaded model. Progress: `{ fraction: number }` from 0 to 1. */
  'model.load': {
    params: Placement & {
      path: string
      threads?: number
      /** Nothing is kept when it is absent. */
      conversationCache?: ConversationCacheOptions
      /**
       * Where the weights are kept as our CPU kernels read them, so that the next load only maps
       * them: as large as the model. Written after the load when it is missing or of another file;
       * its folder is made. Nothing is kept when it is absent.
       */
      packedFile?: string
      progressToken?: ProgressToken
    }
    result: LoadedModel
  }
  /**
   * What a load would take, from headers alone: of a GGUF file, of a checkpoint folder converted to
   * `convertTo`, or of a model that is described but not there.
   */
  'model.fit': {
    params: { subject: FitSubject; placements: Placement[] }
    /** One list for each placement, in their order. */
    result: { memory: MemoryUse[][] }
  }
  'model.unload': { params: Record<string, never>; result: null }
  /**
   * Writes a GGUF file. What a conversion wrote that was killed is gone on with at the same
   * `destination`. Progress: `{ doneBytes, totalBytes, step }` in bytes of the result.
   */
  'model.convert': {
    params: {
      source: string
      destination: string
      type: ConvertType
      /** What is written stays when the conversion fails or is cancelled, for the next one. */
      keepDraft?: boolean
      progressToken?: ProgressToken
    }
    result: { sizeBytes: number; weightType: string }
  }
  /**
   * Measures with the loaded model what bounds a reply: how fast all its threads together read
   * memory, and libllama alone in a context of its own, without our scheduler. Can be cancelled.
   */
  'model.benchmark': {
    params: { promptTokens: number; generatedTokens: number }
    result: {
      memoryBytesPerSecond: number
      /** Bytes of weights that each generated token reads. */
      bytesPerToken: number
      promptTokensPerSecond: number
      tokensPerSecond: number
    }
  }
  'text.tokenize': {
    /** `withPrefix` puts `[gMASK] sop` in front. */
    params: { text: string; withPrefix?: boolean }
    result: { ids: number[] }
  }
  'text.detokenize': { params: { ids: number[] }; result: { text: string } }
  /**
   * Tells how well the loaded model foretells tokens: of `ids`, which begin with those of
   * `[gMASK] sop`, each from index `scoredFrom` on by all before it. Can be cancelled.
   */
  'text.score': {
    params: {
      ids: number[]
      scoredFrom: number
      /** A file to be written: what the model foretold for each judged token. */
      writeDistributions?: string
      /** Such a file of the same tokens by another model, with which this one is compared. */
      reference?: string
    }
    result: TextScore
  }
  /** The last message is the user's or an observation; roles alternate. */
  'chat.generate': {
    params: {
      messages: ChatMessage[]
      /** What the reply begins with; the text of the result begins with it, too. */
      replyStart?: string
      /** The model alone when absent. */
      adapter?: AdapterUse
      sampling?: SamplingOptions
      progressToken?: ProgressToken
    }
    result: GenerateResult
  }
  /** Counts what `chat.generate` would read. */
  'chat.count': {
    params: { messages: ChatMessage[]; adapter?: AdapterUse }
    /** `roundTokens`: for each earlier round what it adds to the prompt. */
    result: { promptTokens: number; roundTokens: number[] }
  }
  /**
   * Brings back from the cache on disk what is known of a conversation whose last message is the
   * assistant's, so that its next question is answered at once. Evaluates nothing.
   */
  'chat.prepare': {
    params: { messages: ChatMessage[]; adapter?: AdapterUse }
    result: { readyTokens: number }
  }
  /**
   * Forgets what is kept of all conversations, in memory and on disk, but for replies that run.
   * `keepNothing`: no more is kept on disk until a model is loaded.
   */
  'cache.clear': { params: { keepNothing?: boolean }; result: null }
  /** Continues raw text after `[gMASK] sop`; nothing is stripped or replaced. */
  'completion.generate': {
    params: {
      prompt: string
      adapter?: AdapterUse
      sampling?: SamplingOptions
      progressToken?: ProgressToken
    }
    result: GenerateResult
  }
}

/** What the engine asks of the app, once, as its first message. */
export interface EngineGreeting {
  'engine.hello': {
    params: {
      token: string
      protocolVersion: number
      engineVersion: string
      llamaVersion: string
      processId: number
    }
    result: null
  }
}
