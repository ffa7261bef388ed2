import type { Catalogue } from '../../../src-main/shared/catalogue.ts'
import type { DeviceReport } from '../../../src-main/shared/devices.ts'
import { AppError } from '../../../src-main/shared/errors.ts'
import { downloadId, modelId } from '../../../src-main/shared/ids.ts'
import type { AppSettings } from '../../../src-main/shared/settings.ts'
import type { FakeAnswers } from '../../unit/renderer/fake-bridge.ts'
import {
  cpuOnly,
  description,
  downloadOf,
  fitOf,
  installed,
  modelAnswers,
} from '../../unit/renderer/models/sample-models.ts'
import { emptySnapshot } from '../../unit/renderer/shell/empty-snapshot.ts'
import published from '../../../resources/catalogue/catalogue.json' with { type: 'json' }

const gigabyte = 2 ** 30
const terms = 'These are the terms of the licence. They go on for a while.\n\n'.repeat(30)
const catalogue = {
  ...published,
  licences: published.licences.map((licence) => ({ ...licence, text: terms })),
} as unknown as Catalogue

const small = {
  ...installed,
  id: modelId('int4'),
  name: 'ChatGLM2-6B INT4',
  catalogueId: 'chatglm2-6b-int4',
  diskBytes: 4_280_584_704,
  description: { ...description, weightType: 'q4_0', sizeBytes: 4_280_584_704 },
}
const models = [
  {
    ...installed,
    id: modelId('demo'),
    kind: 'demo' as const,
    name: 'ChatGLM2 demo',
    catalogueId: null,
    diskBytes: 3_400_000,
    description: { ...description, weightType: 'q4_0', sizeBytes: 3_400_000, layerCount: 4 },
  },
  small,
  installed,
  {
    ...installed,
    id: modelId('file'),
    kind: 'file' as const,
    name: 'codegeex2-6b.Q8_0',
    path: '/home/me/模型/codegeex2-6b.Q8_0.gguf',
    catalogueId: null,
    crashedAtMs: 1_760_000_000_000,
    description: { ...description, family: 'codegeex2' as const, weightType: 'q8_0' },
  },
  {
    ...installed,
    id: modelId('gone'),
    kind: 'file' as const,
    name: 'moved-away',
    path: '/mnt/usb/moved-away.gguf',
    catalogueId: null,
    description: null,
  },
]

const failure = (code: string) => ({ code, message: 'The English of the app.' })
const downloads = [
  downloadOf({ type: 'running', step: 'downloading', source: 'hf_mirror' }),
  downloadOf({ type: 'queued' }, { id: downloadId('queued'), catalogueId: 'chatglm3-6b' }),
  downloadOf(
    { type: 'waiting', failure: failure('download.not_reachable'), retryAtMs: Date.now() + 42_000 },
    { id: downloadId('waiting'), catalogueId: 'codegeex2-6b' },
  ),
  downloadOf(
    { type: 'failed', failure: failure('download.refused') },
    { id: downloadId('failed'), catalogueId: 'codegeex2-6b-int4' },
  ),
  downloadOf({ type: 'paused' }, { id: downloadId('paused'), catalogueId: 'chatglm2-6b-32k-int4' }),
  downloadOf(
    { type: 'finished', modelId: modelId('int4') },
    { id: downloadId('finished'), catalogueId: 'chatglm2-6b-int4' },
  ),
]

const twoGpus: DeviceReport = {
  ...cpuOnly,
  chosen: 'vulkan',
  backends: [
    ...cpuOnly.backends.filter(({ backend }) => backend !== 'vulkan'),
    {
      backend: 'vulkan',
      state: {
        type: 'usable',
        devices: ['NVIDIA GeForce RTX 4060', 'AMD Radeon 780M'].map((name, index) => ({
          name: `Vulkan${index}`,
          description: name,
          kind: 'gpu',
          memoryTotalBytes: 8 * gigabyte,
          memoryFreeBytes: 7 * gigabyte,
        })),
      },
    },
    { backend: 'rpc', state: { type: 'failed_test', reason: 'it answered with other words' } },
  ],
}

/** What the app of the gallery answers; the address may ask for GPUs, downloads and a failure. */
export function galleryAnswers(start: AppSettings, host: 'desktop' | 'web'): FakeAnswers {
  const has = (name: string): boolean => new URLSearchParams(location.search).has(name)
  let settings = start
  return {
    ...modelAnswers,
    'app.read': () => ({
      ...emptySnapshot,
      settings,
      host,
      engine: { type: 'ready', processId: 1, engineVersion: '1', llamaVersion: '0.4.0' },
      model: has('failed')
        ? { type: 'failed', modelId: installed.id, failure: failure('model.too_big') }
        : {
            type: 'ready',
            modelId: modelId('int4'),
            loaded: {
              description: small.description,
              memory: fitOf(4.28e9, 16 * gigabyte).memory,
              contextLength: 32768,
              threads: 4,
            },
          },
    }),
    'settings.write': ({ changes }) => (settings = { ...settings, ...changes }),
    'host.take_opened_chats': () => null,
    'batch.read': () => ({ type: 'none' }),
    'remote.keys': () => ({ remoteIds: [] }),
    'api.read': () => ({ state: { type: 'off' }, token: 'sk-secret', requests: [] }),
    'update.read': () => ({ type: 'idle', checkedAtMs: null }),
    'chat.list': () => ({ chats: [], next: null }),
    'tag.list': () => [],
    'model.list': () => (has('empty') ? models.slice(0, 1) : models),
    'catalogue.read': () => ({ catalogue, acceptedLicenceIds: has('licence') ? [] : ['chatglm2'] }),
    'licence.accept': () => null,
    'download.start': () => null,
    'download.list': () => (has('downloads') ? downloads : []),
    'device.read': () => (has('gpus') ? twoGpus : cpuOnly),
    'model.fit': ({ subject, placement }) => {
      const sizes = subject.type === 'catalogue' ? catalogue.models : []
      const result = sizes
        .find(({ id }) => subject.type === 'catalogue' && id === subject.catalogueId)
        ?.results.find(({ type }) => subject.type === 'catalogue' && type === subject.convertTo)
      const own = models.find(({ id }) => subject.type === 'installed' && id === subject.modelId)
      const bytes = result?.sizeBytes ?? own?.description?.sizeBytes ?? 1
      const report = fitOf(bytes, (has('failed') ? 13 : 16) * gigabyte, placement)
      if (!has('gpus')) return report
      const half = (device: string) => ({
        device,
        weightBytes: bytes * 0.45,
        cacheBytes: 0.4 * gigabyte,
        computeBytes: 0.2 * gigabyte,
      })
      const memory = [
        half('Vulkan0'),
        half('Vulkan1'),
        { ...half('CPU'), weightBytes: bytes * 0.1 },
      ]
      return { ...report, memory, fittingGpuLayers: 28 }
    },
    'model.details': () => ({
      metadata: Array.from({ length: 40 }, (_, index) => ({
        key: `chatglm.some.key_${index}`,
        type: 'uint32',
        value: `${index * 1024}`,
      })),
      tensors: Array.from({ length: 199 }, (_, index) => ({
        name: `blk.${index}.attn_qkv.weight`,
        type: 'Q4_0',
        shape: [4096, 4608],
      })),
    }),
    'model.verify': () => ({ type: 'damaged', path: 'pytorch_model.bin' }),
    'benchmark.run': () => ({
      modelName: 'ChatGLM2-6B INT4',
      weightType: 'q4_0',
      backend: 'cpu',
      threads: 4,
      promptTokens: 512,
      promptTokensPerSecond: 61.2,
      tokensPerSecond: 7.34,
      memoryBytesPerSecond: 38e9,
      bandwidthShare: 0.83,
      bareTokensPerSecond: 7.41,
    }),
    'chat.count_context': () => {
      throw new AppError('model.none', 'No model.')
    },
  }
}
