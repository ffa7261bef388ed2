import { z } from 'zod'
import type {
  ChatMessage,
  Device,
  EngineGreeting,
  EngineRequests,
  GenerateProgress,
  GenerateResult,
  LoadedModel,
  ModelDescription,
  ProgressToken,
  SamplingOptions,
} from '../../shared/engine-api.ts'

const count = z.int().nonnegative()
const positive = z.int().positive()
const path = z.string().min(1)
const share = z.number().min(0).max(1)

const progressToken = z
  .union([z.string(), z.int()])
  .exactOptional() satisfies z.ZodType<ProgressToken>

const empty = z.object({})

export const samplingSchema = z.object({
  temperature: z.number().nonnegative().exactOptional(),
  topK: count.exactOptional(),
  topP: share.exactOptional(),
  minP: share.exactOptional(),
  repetitionPenalty: z.number().positive().exactOptional(),
  seed: count.max(0xffff_ffff).exactOptional(),
  maxLength: positive.exactOptional(),
  maxNewTokens: positive.exactOptional(),
  stop: z.array(z.string().min(1)).exactOptional(),
}) satisfies z.ZodType<SamplingOptions>

const message = z.object({
  role: z.enum(['user', 'assistant']),
  content: z.string(),
}) satisfies z.ZodType<ChatMessage>

const conversation = z
  .array(message)
  .refine(
    (messages) =>
      messages.length % 2 === 1 &&
      messages.every(({ role }, index) => role === (index % 2 === 0 ? 'user' : 'assistant')),
    'The roles must alternate, from a user message to a user message.',
  )

export const deviceSchema = z.object({
  name: z.string(),
  description: z.string(),
  kind: z.enum(['cpu', 'gpu', 'integrated_gpu', 'accelerator']),
  memoryTotalBytes: count,
  memoryFreeBytes: count,
}) satisfies z.ZodType<Device>

export const modelDescriptionSchema = z.object({
  path: z.string(),
  format: z.enum(['gguf', 'checkpoint']),
  family: z.enum(['chatglm2', 'chatglm3', 'codegeex2']),
  weightType: z.string(),
  sizeBytes: count,
  parameterCount: count,
  layerCount: count,
  hiddenSize: count,
  feedForwardSize: count,
  headCount: count,
  kvHeadCount: count,
  vocabularySize: count,
  contextLength: count,
  ropeScale: z.number(),
  ropeBase: z.number(),
}) satisfies z.ZodType<ModelDescription>

const loadedModel = z.object({
  description: modelDescriptionSchema,
  contextLength: positive,
  threads: positive,
}) satisfies z.ZodType<LoadedModel>

const generateResult = z.object({
  text: z.string(),
  finish: z.enum(['stop', 'length', 'stop_string', 'cancelled']),
  statistics: z.object({
    promptTokens: count,
    reusedTokens: count,
    generatedTokens: count,
    timeToFirstTokenMs: z.number().nonnegative(),
    promptTokensPerSecond: z.number().nonnegative(),
    tokensPerSecond: z.number().nonnegative(),
    seed: count,
  }),
}) satisfies z.ZodType<GenerateResult>

const generateProgress = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reading'), readTokens: count, promptTokens: count }),
  z.object({ type: z.literal('text'), text: z.string() }),
]) satisfies z.ZodType<GenerateProgress>

/**
 * What the app sends. The engine parses it, not we; these schemas say in one place which values
 * the contract takes, and the command line checks its options with them.
 */
export const engineParamsSchemas = {
  'engine.shutdown': empty,
  'engine.devices': empty,
  'model.inspect': z.object({ path }),
  'model.load': z.object({
    path,
    contextLength: positive.exactOptional(),
    threads: positive.exactOptional(),
    gpuLayers: z.int().min(-1).exactOptional(),
    progressToken,
  }),
  'model.unload': empty,
  'model.convert': z.object({
    source: path,
    destination: path,
    type: z.enum(['source', 'f16', 'bf16', 'q8_0', 'q4_0', 'q4_k_m']),
    progressToken,
  }),
  'text.tokenize': z.object({ text: z.string(), withPrefix: z.boolean().exactOptional() }),
  'text.detokenize': z.object({ ids: z.array(count) }),
  'chat.generate': z.object({
    messages: conversation,
    replyStart: z.string().exactOptional(),
    sampling: samplingSchema.exactOptional(),
    progressToken,
  }),
  'chat.count': z.object({ messages: conversation }),
  'completion.generate': z.object({
    prompt: z.string(),
    sampling: samplingSchema.exactOptional(),
    progressToken,
  }),
} satisfies { [M in keyof EngineRequests]: z.ZodType<EngineRequests[M]['params']> }

/** What the engine answers; every answer is parsed with these before anyone sees it. */
export const engineResultSchemas = {
  'engine.shutdown': z.null(),
  'engine.devices': z.object({ devices: z.array(deviceSchema) }),
  'model.inspect': modelDescriptionSchema,
  'model.load': loadedModel,
  'model.unload': z.null(),
  'model.convert': z.object({ sizeBytes: count, weightType: z.string() }),
  'text.tokenize': z.object({ ids: z.array(count) }),
  'text.detokenize': z.object({ text: z.string() }),
  'chat.generate': generateResult,
  'chat.count': z.object({ promptTokens: count, roundTokens: z.array(count) }),
  'completion.generate': generateResult,
} satisfies { [M in keyof EngineRequests]: z.ZodType<EngineRequests[M]['result']> }

/** The `value` of a `$/progress` notification, by the method that it belongs to. */
export const engineProgressSchemas = {
  'model.load': z.object({ fraction: share }),
  'model.convert': z.object({ doneBytes: count, totalBytes: count, step: z.string() }),
  'chat.generate': generateProgress,
  'completion.generate': generateProgress,
}

/** The engine's first message. */
export const engineHelloSchema = z.object({
  token: z.string(),
  protocolVersion: z.int(),
  engineVersion: z.string(),
  llamaVersion: z.string(),
  processId: positive,
}) satisfies z.ZodType<EngineGreeting['engine.hello']['params']>

export const engineHelloResultSchema = z.null()

export type EngineMethod = keyof EngineRequests
export type EngineParams<M extends EngineMethod> = EngineRequests[M]['params']
export type EngineResult<M extends EngineMethod> = EngineRequests[M]['result']

export type ReportingMethod = keyof typeof engineProgressSchemas
export type EngineProgress<M extends EngineMethod> = M extends ReportingMethod
  ? z.infer<(typeof engineProgressSchemas)[M]>
  : never
