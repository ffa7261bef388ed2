import type { Catalogue, CatalogueModel } from '@shared/catalogue.ts'
import type { DeviceReport } from '@shared/devices.ts'
import type { Download } from '@shared/downloads.ts'
import type { ModelDescription, Placement } from '@shared/engine-api.ts'
import type { FitReport } from '@shared/fit.ts'
import { downloadId, modelId } from '@shared/ids.ts'
import type { InstalledModel } from '@shared/models.ts'
import type { FakeAnswers } from '../fake-bridge.ts'

const gigabyte = 2 ** 30
const shape = {
  layerCount: 28,
  hiddenSize: 4096,
  feedForwardSize: 13696,
  headCount: 32,
  kvHeadCount: 2,
  vocabularySize: 65024,
}

const base: CatalogueModel = {
  id: 'chatglm2-6b',
  name: 'ChatGLM2-6B',
  family: 'chatglm2',
  summary: { en: 'The full form.', 'zh-CN': '完整版。', 'zh-TW': '完整版。' },
  weightType: 'bf16',
  parameterCount: 6_243_584_000,
  contextLength: 32768,
  shape,
  licenceId: 'glm',
  files: [{ path: 'model.bin', sizeBytes: 12_487_000_000, sha256: null }],
  sources: { huggingface: 'THUDM/chatglm2-6b', modelscope: 'ZhipuAI/chatglm2-6b' },
  results: [
    { type: 'q4_k_m', sizeBytes: 4_140_000_000 },
    { type: 'q8_0', sizeBytes: 6_636_000_000 },
    { type: 'bf16', sizeBytes: 12_489_000_000 },
    { type: 'q4_0', sizeBytes: 3_583_000_000 },
  ],
}

export const fullModel = base
export const smallModel: CatalogueModel = {
  ...base,
  id: 'chatglm2-6b-int4',
  name: 'ChatGLM2-6B INT4',
  weightType: 'int4',
  files: [{ path: 'pytorch_model.bin', sizeBytes: 3_923_712_365, sha256: null }],
  sources: { huggingface: 'THUDM/chatglm2-6b-int4' },
  results: [{ type: 'q4_0', sizeBytes: 4_280_000_000 }],
}
export const codeModel: CatalogueModel = {
  ...base,
  id: 'codegeex2-6b',
  name: 'CodeGeeX2-6B',
  family: 'codegeex2',
  licenceId: 'codegeex',
  files: [{ path: 'model.bin', sizeBytes: null, sha256: null }],
}

export const sampleCatalogue: Catalogue = {
  version: 1,
  updated: '2026-11-01',
  models: [codeModel, fullModel, smallModel],
  licences: [
    { id: 'glm', name: 'The Model License', url: 'https://example.com/glm', text: 'Terms of GLM.' },
    { id: 'codegeex', name: 'CodeGeeX', url: 'https://example.com/code', text: 'Terms of code.' },
  ],
}

export const description: ModelDescription = {
  path: '/models/chatglm2-6b.gguf',
  format: 'gguf',
  family: 'chatglm2',
  weightType: 'bf16',
  sizeBytes: 12_489_000_000,
  parameterCount: 6_243_584_000,
  ...shape,
  contextLength: 32768,
  ropeScale: 1,
  ropeBase: 10000,
}

export const installed: InstalledModel = {
  id: modelId('chatglm2-6b-bf16'),
  name: 'ChatGLM2-6B',
  path: '/models/chatglm2-6b.gguf',
  kind: 'catalogue',
  catalogueId: 'chatglm2-6b',
  addedAtMs: 0,
  diskBytes: 12_489_000_000,
  crashedAtMs: null,
  description,
}

export const cpuOnly: DeviceReport = {
  probedAtMs: 1,
  chosen: 'cpu',
  backends: [
    {
      backend: 'cpu',
      state: {
        type: 'usable',
        devices: [
          {
            name: 'CPU',
            description: 'A processor',
            kind: 'cpu',
            memoryTotalBytes: 16 * gigabyte,
            memoryFreeBytes: 9 * gigabyte,
          },
        ],
      },
    },
    { backend: 'cuda', state: { type: 'absent' } },
    { backend: 'vulkan', state: { type: 'unusable', reason: 'no driver' } },
  ],
}

/** A report for weights of this size in a memory of this size, as the app would compute it. */
export function fitOf(
  weightBytes: number,
  memoryBytes: number,
  { contextLength = 32768, cacheType = 'f16' }: Placement = {},
): FitReport {
  const tokenBytes = cacheType === 'f16' ? 28 * 1024 : 15 * 1024
  const computeBytes = 0.3 * gigabyte
  const need = weightBytes + computeBytes + tokenBytes * contextLength
  const room = memoryBytes - gigabyte - weightBytes - computeBytes
  const longest = Math.min(32768, Math.floor(room / tokenBytes))
  return {
    placement: { contextLength, cacheType },
    memory: [{ device: 'CPU', weightBytes, cacheBytes: tokenBytes * contextLength, computeBytes }],
    verdict:
      need > memoryBytes - gigabyte ? 'too_big' : need > 0.8 * memoryBytes ? 'tight' : 'fits',
    longestContext: longest > 0 ? longest : null,
    fittingGpuLayers: 0,
  }
}

/** A download of the small model in this state. */
export function downloadOf(state: Download['state'], more: Partial<Download> = {}): Download {
  return {
    id: downloadId('download'),
    catalogueId: smallModel.id,
    convertTo: 'q4_0',
    keepSource: false,
    addedAtMs: 0,
    progress: { doneBytes: 2e9, totalBytes: 8e9, bytesPerSecond: 12.4e6, timeLeftMs: 180_000 },
    state,
    ...more,
  }
}

/** An app with 16 GB of memory that has these models to offer and downloads nothing. */
export const modelAnswers: FakeAnswers = {
  'catalogue.read': () => ({ catalogue: sampleCatalogue, acceptedLicenceIds: [] }),
  'download.list': () => [],
  'device.read': () => cpuOnly,
  'storage.read': () => ({
    folder: '/models',
    usedBytes: 4e9,
    freeBytes: 100e9,
    packedBytes: 3.5e9,
  }),
  'cache.read': () => ({ sizeBytes: 0 }),
  'model.fit': ({ subject, placement }) => {
    const { results } =
      sampleCatalogue.models.find(
        ({ id }) => subject.type === 'catalogue' && id === subject.catalogueId,
      ) ?? fullModel
    const result = results.find(
      ({ type }) => subject.type === 'catalogue' && type === subject.convertTo,
    )
    return fitOf(result?.sizeBytes ?? description.sizeBytes, 16 * gigabyte, placement)
  },
}
