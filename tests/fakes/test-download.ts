import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { CatalogueFile, CatalogueModel } from '../../src-main/shared/catalogue.ts'
import { fetchModelFiles } from '../../src-main/core/downloads/fetch-model-files.ts'
import type {
  FetchOptions,
  FetchProgress,
  FetchResult,
} from '../../src-main/core/downloads/fetch-types.ts'
import {
  HostileServer,
  type HostileServerOptions,
  randomContent,
  sha256Of,
} from './hostile-server.ts'

export const mebibyte = 2 ** 20

/** Times for tests: all failures are noticed and answered soon. */
export const shortLimits = {
  stallMs: 300,
  answerMs: 2000,
  retryFirstMs: 10,
  retryMaxMs: 100,
  tellWaitMs: 0,
  diskCheckMs: 50,
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function startServer(options: HostileServerOptions): Promise<HostileServer> {
  const server = await HostileServer.start(options)
  onTestFinished(() => server.stop())
  return server
}

/** A model with the given files, which the public sources call `owner/model`. */
export function testModel(files: CatalogueFile[]): CatalogueModel {
  return {
    ...{ id: 'test-model', name: 'Test', family: 'chatglm2', licenceId: 'none' },
    summary: { 'zh-CN': '', 'zh-TW': '', en: '' },
    ...{ weightType: 'int4', parameterCount: 1, contextLength: 1 },
    shape: {
      ...{ layerCount: 1, hiddenSize: 1, feedForwardSize: 1 },
      ...{ headCount: 1, kvHeadCount: 1, vocabularySize: 1 },
    },
    files,
    sources: {
      huggingface: 'owner/model',
      hf_mirror: 'owner/model',
      modelscope: 'owner/model',
      tsinghua: 'model',
    },
    results: [],
  }
}

/** As the catalogue describes a file whose content is known. */
export const described = (path: string, content: Buffer): CatalogueFile => ({
  ...{ path, sizeBytes: content.length, sha256: sha256Of(content) },
})

/** Where the source that a person names has a file of the test model. */
export const customPath = (path: string): string => `/test-model/${path}`
export const hubPath = (path: string): string => `/owner/model/resolve/main/${path}`

/** Three blocks, the last one shorter. */
export const bigContent = randomContent(20 * mebibyte + 12_345, 7)

/** Fetches with short times; what is not said is usual. */
export function fetchFiles(
  options: Partial<FetchOptions> & Pick<FetchOptions, 'model' | 'folder' | 'sources'>,
): Promise<FetchResult & { progress: FetchProgress[] }> {
  const progress: FetchProgress[] = []
  return fetchModelFiles({
    network: { proxy: { type: 'none' }, certificateFile: null },
    signal: new AbortController().signal,
    reserveBytes: 0,
    onProgress: (one) => progress.push(one),
    ...options,
    limits: { ...shortLimits, ...options.limits },
  }).then((result) => ({ ...result, progress }))
}
