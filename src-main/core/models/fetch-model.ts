import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CatalogueModel, SourceKind } from '../../shared/catalogue.ts'
import type { DownloadChoice, DownloadStep } from '../../shared/downloads.ts'
import type { AppFailure } from '../../shared/errors.ts'
import { modelId } from '../../shared/ids.ts'
import { fetchModelFiles } from '../downloads/fetch-model-files.ts'
import { sha256OfFile } from '../downloads/hash-file.ts'
import type { FetchOptions } from '../downloads/fetch-types.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { convertModel } from './convert-model.ts'
import { writeDraft } from './drafts.ts'
import { findManifest, type ModelOnDisk, sourceFolderOf, writeManifest } from './model-manifest.ts'

/** What happens now to a model on its way. */
export type FetchModelStep =
  | { type: 'checking' }
  | { type: 'running'; step: DownloadStep; source: SourceKind | null }
  | { type: 'waiting'; failure: AppFailure; retryAtMs: number }

/**
 * Bytes of the files and of the result together. The total is null until all sizes are known, and
 * the same from then on.
 */
export type OnFetchModelProgress = (
  step: FetchModelStep,
  doneBytes: number,
  totalBytes: number | null,
) => void

export interface FetchModelOptions {
  model: CatalogueModel
  choice: Pick<DownloadChoice, 'convertTo' | 'keepSource'>
  /** The text that must stay with every copy of the model. */
  licence: string
  /** The folder of this model, which is there. */
  modelFolder: string
  /** How and from where files are fetched. */
  fetching: Pick<
    FetchOptions,
    'sources' | 'race' | 'network' | 'limiter' | 'connections' | 'adoptFrom' | 'limits'
  >
  /** Called once the files are there. */
  engine: () => Promise<EngineClient>
  signal: AbortSignal
  onProgress: OnFetchModelProgress
}

/**
 * Brings a model of the catalogue onto the disk: fetches its files, converts them and writes its
 * manifest. Called again after an end of any kind, it goes on with what is there. Throws AppError,
 * or the reason of the signal.
 */
export async function fetchModel(options: FetchModelOptions): Promise<ModelOnDisk> {
  const { model, choice, modelFolder, signal } = options
  const file = join(modelFolder, `${model.id}-${choice.convertTo}.gguf`)
  const known = await findManifest(file)
  if (known) return { file, manifest: known }

  const resultBytes = model.results.find(({ type }) => type === choice.convertTo)?.sizeBytes ?? 0
  const source = sourceFolderOf(modelFolder)
  await mkdir(source, { recursive: true })
  const { files } = await fetchModelFiles({
    ...options.fetching,
    ...{ model, folder: source, signal },
    onProgress: ({ step, doneBytes, totalBytes }) =>
      options.onProgress(
        shownStep(step),
        doneBytes,
        totalBytes === null ? null : totalBytes + resultBytes,
      ),
  })
  await writeFile(join(modelFolder, 'LICENSE'), options.licence)

  const fetchedBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const tell = (step: DownloadStep, doneBytes: number) =>
    options.onProgress(
      { type: 'running', step, source: null },
      fetchedBytes + doneBytes,
      fetchedBytes + resultBytes,
    )
  await convert(options, source, file, (fraction) => tell('converting', fraction * resultBytes))
  tell('verifying', resultBytes)
  const manifest = {
    version: 1 as const,
    id: modelId(crypto.randomUUID()),
    catalogueId: model.id,
    name: model.name,
    convertedTo: choice.convertTo,
    sizeBytes: (await stat(file)).size,
    sha256: await sha256OfFile(file, signal),
    addedAtMs: Date.now(),
    published: files,
  }
  await writeManifest({ file, manifest })
  if (!choice.keepSource) await rm(source, { recursive: true, force: true })
  return { file, manifest }
}

/**
 * Converts into a draft, so that a file of the name is always whole. What the catalogue says of the
 * result's size is near, and a share of it never more than it.
 */
async function convert(
  { choice: { convertTo: type }, modelFolder, engine, signal }: FetchModelOptions,
  source: string,
  file: string,
  onProgress: (fraction: number) => void,
): Promise<void> {
  // The published files are what they are, so the draft of an earlier start is found without more.
  const draft = { folder: modelFolder, source, type, fingerprint: '' }
  await writeDraft(draft, file, async (destination) =>
    convertModel(await engine(), {
      ...{ source, destination, type, signal, keepDraft: true },
      onProgress: ({ doneBytes, totalBytes }) => onProgress(doneBytes / Math.max(1, totalBytes)),
    }),
  )
}

function shownStep(
  step: Parameters<NonNullable<FetchOptions['onProgress']>>[0]['step'],
): FetchModelStep {
  switch (step.type) {
    case 'downloading':
      return { type: 'running', step: 'downloading', source: step.source }
    case 'verifying':
      return { type: 'running', step: 'verifying', source: null }
    default:
      return step
  }
}
