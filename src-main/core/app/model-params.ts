import { z } from 'zod'
import { sourceKinds } from '../../shared/catalogue.ts'
import { backends } from '../../shared/devices.ts'
import { downloadId, type DownloadId, modelId, type ModelId } from '../../shared/ids.ts'

export const idText = z.string().regex(/^[\w.-]{1,64}$/)
export const model = idText.transform((text): ModelId => modelId(text))
const download = idText.transform((text): DownloadId => downloadId(text))
export const path = z.string().min(1).max(32_768)
const empty = z.object({})
const word = z.string().min(1).max(64)

const convertType = z.enum(['source', 'f16', 'bf16', 'q8_0', 'q4_0', 'q4_k_m'])
const cacheType = z.enum(['f16', 'q8_0'])
const contextLength = z.int().min(256).max(1_048_576)
const gpuLayers = z.int().min(-1).max(1024)
const tensorSplit = z.array(z.number().min(0).max(1_000_000)).max(16)

/** `host:port`, as the engine hands it to ggml. */
const rpcServer = z.string().regex(/^[\w.[\]:-]{1,255}:\d{1,5}$/)

export const placementSchema = z.object({
  contextLength: contextLength.exactOptional(),
  cacheType: cacheType.exactOptional(),
  gpuLayers: gpuLayers.exactOptional(),
  devices: z.array(z.string().min(1).max(100)).max(16).exactOptional(),
  tensorSplit: tensorSplit.exactOptional(),
})

const proxy = z.discriminatedUnion('type', [
  z.object({ type: z.literal('none') }),
  z.object({ type: z.literal('system') }),
  z.object({ type: z.literal('environment') }),
  z.object({
    type: z.literal('manual'),
    url: z.url({ protocol: /^(https?|socks5h?)$/ }).max(2048),
  }),
])

/** The settings of models, downloads and hardware. */
export const modelSettings = {
  contextLength: contextLength.nullable(),
  threads: z.int().min(1).max(1024).nullable(),
  cacheType,
  conversationCacheBytes: z.int().min(0),
  keepPackedWeights: z.boolean(),
  backend: z.enum(['auto', ...backends]),
  gpuLayers: gpuLayers.nullable(),
  tensorSplit: tensorSplit.nullable(),
  rpcServers: z.array(rpcServer).max(16),
  downloadSource: z.enum(['auto', ...sourceKinds]),
  customSource: z.string().max(32_768),
  downloadLimitBytesPerSecond: z
    .int()
    .min(16 * 1024)
    .nullable(),
  proxy,
  certificateFile: path.nullable(),
  keepSource: z.boolean(),
}

/** What the requests about models, downloads and hardware take. */
export const modelParamsSchemas = {
  'model.list': empty,
  'model.open': z.object({ path }),
  'model.load': z.object({ modelId: model }),
  'model.cancel': empty,
  'model.unload': empty,
  'model.remove': z.object({ modelId: model }),
  'model.details': z.object({ modelId: model }),
  'model.verify': z.object({ modelId: model }),
  'model.fit': z.object({
    subject: z.discriminatedUnion('type', [
      z.object({ type: z.literal('installed'), modelId: model }),
      z.object({ type: z.literal('catalogue'), catalogueId: word, convertTo: convertType }),
    ]),
    placement: placementSchema,
  }),
  'catalogue.read': empty,
  'licence.accept': z.object({ licenceId: word }),
  'download.start': z.object({
    downloadId: download,
    choice: z.object({ catalogueId: word, convertTo: convertType, keepSource: z.boolean() }),
  }),
  'download.list': empty,
  'download.pause': z.object({ downloadId: download }),
  'download.resume': z.object({ downloadId: download }),
  'download.cancel': z.object({ downloadId: download }),
  'hub_token.write': z.object({
    token: z
      .string()
      .regex(/^[\x21-\x7e]{1,500}$/)
      .nullable(),
  }),
  'cache.read': empty,
  'cache.clear': empty,
  'storage.read': empty,
  'storage.move': z.object({ folder: path.nullable() }),
  'storage.cancel_move': empty,
  'device.read': empty,
  'device.probe': empty,
  'device.install_cuda': empty,
  'benchmark.run': empty,
  'benchmark.cancel': empty,
  'diagnosis.read': empty,
  'host.pick_model': z.object({ kind: z.enum(['file', 'folder']) }),
  'host.reveal_model': z.object({ modelId: model }),
  'host.pick_folder': empty,
}
