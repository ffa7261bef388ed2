import { z } from 'zod'
import type {
  BackendModule,
  CacheType,
  ChosenToken,
  ConversationCacheOptions,
  ConvertType,
  Device,
  EngineGreeting,
  EngineRequests,
  FitSubject,
  GenerateProgress,
  GenerateResult,
  GgufDetails,
  LoadedModel,
  MemoryUse,
  ModelDescription,
  ModelFamily,
  Placement,
  ProgressToken,
  SamplingOptions,
  TextScore,
  TokenLogprob,
} from '../../shared/engine-api.ts'
import { adapter, adapterParamsSchemas, adapterResultSchemas } from './adapter-messages.ts'
import { conversation, finishedConversation } from './conversation-schema.ts'

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
  topLogprobs: count.max(20).exactOptional(),
}) satisfies z.ZodType<SamplingOptions>

const conversationCache = z.object({
  folder: path,
  limitBytes: positive,
}) satisfies z.ZodType<ConversationCacheOptions>

export const deviceSchema = z.object({
  name: z.string(),
  description: z.string(),
  kind: z.enum(['cpu', 'gpu', 'integrated_gpu', 'accelerator']),
  memoryTotalBytes: count,
  memoryFreeBytes: count,
}) satisfies z.ZodType<Device>

const backendModule = z.object({
  name: z.string(),
  isLoaded: z.boolean(),
  reason: z.string().nullable(),
}) satisfies z.ZodType<BackendModule>

const family = z.enum(['chatglm2', 'chatglm3', 'codegeex2']) satisfies z.ZodType<ModelFamily>

const convertType = z.enum([
  'source',
  'f16',
  'bf16',
  'q8_0',
  'q4_0',
  'q4_k_m',
]) satisfies z.ZodType<ConvertType>

export const modelDescriptionSchema = z.object({
  path: z.string(),
  format: z.enum(['gguf', 'checkpoint']),
  family,
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

const placement = z.object({
  contextLength: positive.exactOptional(),
  cacheType: (z.enum(['f16', 'q8_0']) satisfies z.ZodType<CacheType>).exactOptional(),
  gpuLayers: z.int().min(-1).exactOptional(),
  devices: z.array(z.string().min(1)).exactOptional(),
  tensorSplit: z.array(z.number().nonnegative()).exactOptional(),
}) satisfies z.ZodType<Placement>

const memoryUse = z.object({
  device: z.string(),
  weightBytes: count,
  cacheBytes: count,
  computeBytes: count,
}) satisfies z.ZodType<MemoryUse>

const fitSubject = z.discriminatedUnion('type', [
  z.object({ type: z.literal('file'), path }),
  z.object({ type: z.literal('checkpoint'), path, convertTo: convertType }),
  z.object({
    type: z.literal('shape'),
    family,
    weightType: z.enum(['int4', 'int8', 'f16', 'bf16', 'f32']),
    convertTo: convertType,
    contextLength: positive,
    layerCount: positive,
    hiddenSize: positive,
    feedForwardSize: positive,
    headCount: positive,
    kvHeadCount: positive,
    vocabularySize: positive,
  }),
]) satisfies z.ZodType<FitSubject>

const ggufDetails = z.object({
  metadata: z.array(z.object({ key: z.string(), type: z.string(), value: z.string() })),
  tensors: z.array(z.object({ name: z.string(), type: z.string(), shape: z.array(count) })),
}) satisfies z.ZodType<GgufDetails>

const loadedModel = z.object({
  description: modelDescriptionSchema,
  memory: z.array(memoryUse),
  contextLength: positive,
  threads: positive,
  kernels: z.string().exactOptional(),
  isMappedPacked: z.boolean().exactOptional(),
}) satisfies z.ZodType<LoadedModel>

const tokenLogprob = z.object({
  bytes: z.array(count.max(0xff)),
  logprob: z.number(),
}) satisfies z.ZodType<TokenLogprob>

const chosenToken = z.object({
  ...tokenLogprob.shape,
  top: z.array(tokenLogprob),
}) satisfies z.ZodType<ChosenToken>

const generateResult = z.object({
  text: z.string(),
  finish: z.enum(['stop', 'length', 'stop_string', 'cancelled']),
  statistics: z.object({
    promptTokens: count,
    reusedTokens: count,
    // Replies of earlier versions, which are stored, lack the next two.
    restoredTokens: count.default(0),
    restoreMs: z.number().nonnegative().default(0),
    generatedTokens: count,
    draftedTokens: count.exactOptional(),
    acceptedTokens: count.exactOptional(),
    timeToFirstTokenMs: z.number().nonnegative(),
    promptTokensPerSecond: z.number().nonnegative(),
    tokensPerSecond: z.number().nonnegative(),
    seed: count,
    kernels: z.string().exactOptional(),
  }),
  tokens: z.array(chosenToken).exactOptional(),
}) satisfies z.ZodType<GenerateResult>

const generateProgress = z.discriminatedUnion('type', [
  z.object({ type: z.literal('reading'), readTokens: count, promptTokens: count }),
  z.object({ type: z.literal('token'), token: chosenToken }),
  z.object({ type: z.literal('text'), text: z.string() }),
]) satisfies z.ZodType<GenerateProgress>

const textScore = z.object({
  logprobs: z.array(z.number().max(0)),
  divergences: z.array(
    z.object({ nats: z.number(), referenceLogprob: z.number().max(0), sameChoice: z.boolean() }),
  ),
}) satisfies z.ZodType<TextScore>

/**
 * What the app sends. The engine parses it, not we; these schemas say in one place which values
 * the contract takes, and the command line checks its options with them.
 */
export const engineParamsSchemas = {
  'engine.shutdown': empty,
  'engine.ping': empty,
  'engine.devices': empty,
  'model.inspect': z.object({ path }),
  'model.details': z.object({ path }),
  'model.load': z.object({
    ...placement.shape,
    path,
    threads: positive.exactOptional(),
    conversationCache: conversationCache.exactOptional(),
    packedFile: path.exactOptional(),
    progressToken,
  }),
  'model.fit': z.object({ subject: fitSubject, placements: z.array(placement) }),
  'model.unload': empty,
  'model.convert': z.object({
    source: path,
    destination: path,
    type: convertType,
    keepDraft: z.boolean().exactOptional(),
    progressToken,
  }),
  ...adapterParamsSchemas,
  'model.benchmark': z.object({ promptTokens: positive, generatedTokens: positive }),
  'text.tokenize': z.object({ text: z.string(), withPrefix: z.boolean().exactOptional() }),
  'text.detokenize': z.object({ ids: z.array(count) }),
  'text.score': z.object({
    ids: z.array(count).min(2),
    scoredFrom: positive,
    writeDistributions: path.exactOptional(),
    reference: path.exactOptional(),
  }),
  'chat.generate': z.object({
    messages: conversation,
    replyStart: z.string().exactOptional(),
    adapter,
    sampling: samplingSchema.exactOptional(),
    progressToken,
  }),
  'chat.count': z.object({ messages: conversation, adapter }),
  'chat.prepare': z.object({ messages: finishedConversation, adapter }),
  'cache.clear': z.object({ keepNothing: z.boolean().exactOptional() }),
  'completion.generate': z.object({
    prompt: z.string(),
    adapter,
    sampling: samplingSchema.exactOptional(),
    progressToken,
  }),
} satisfies { [M in keyof EngineRequests]: z.ZodType<EngineRequests[M]['params']> }

/** What the engine answers; every answer is parsed with these before anyone sees it. */
export const engineResultSchemas = {
  'engine.shutdown': z.null(),
  'engine.ping': z.object({ steps: count, isComputing: z.boolean() }),
  'engine.devices': z.object({ devices: z.array(deviceSchema), modules: z.array(backendModule) }),
  'model.inspect': modelDescriptionSchema,
  'model.details': ggufDetails,
  'model.load': loadedModel,
  'model.fit': z.object({ memory: z.array(z.array(memoryUse)) }),
  'model.unload': z.null(),
  'model.convert': z.object({ sizeBytes: count, weightType: z.string() }),
  ...adapterResultSchemas,
  'model.benchmark': z.object({
    memoryBytesPerSecond: z.number().nonnegative(),
    bytesPerToken: count,
    promptTokensPerSecond: z.number().nonnegative(),
    tokensPerSecond: z.number().nonnegative(),
  }),
  'text.tokenize': z.object({ ids: z.array(count) }),
  'text.detokenize': z.object({ text: z.string() }),
  'text.score': textScore,
  'chat.generate': generateResult,
  'chat.count': z.object({ promptTokens: count, roundTokens: z.array(count) }),
  'chat.prepare': z.object({ readyTokens: count }),
  'cache.clear': z.null(),
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
