import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { modelId } from '../../shared/ids.ts'
import { replaceFile } from '../downloads/replace-file.ts'
import { diskUse } from './disk-use.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const published = z.object({ path: z.string(), sizeBytes: z.int(), sha256 })

const manifestSchema = z.object({
  version: z.literal(1),
  id: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .transform(modelId),
  catalogueId: z.string(),
  name: z.string(),
  convertedTo: z.enum(['source', 'f16', 'bf16', 'q8_0', 'q4_0', 'q4_k_m']),
  sizeBytes: z.int(),
  sha256,
  addedAtMs: z.int(),
  /** The published files that it was made from; they lie in `source/` while they are kept. */
  published: z.array(published),
})

/** What stands beside a downloaded model, so that any program of ours knows what it is. */
export type ModelManifest = z.infer<typeof manifestSchema>

/** A downloaded model on the disk. */
export interface ModelOnDisk {
  /** The GGUF file. */
  file: string
  manifest: ModelManifest
}

const suffix = '.gguf.json'

/** The folder of the published files of a model, while they are kept. */
export const sourceFolderOf = (modelFolder: string): string => join(modelFolder, 'source')

/** Writes the manifest of a GGUF file; from then on it is a model of ours. */
export async function writeManifest({ file, manifest }: ModelOnDisk): Promise<void> {
  await replaceFile(`${file}.json`, `${JSON.stringify(manifest, undefined, 2)}\n`)
}

async function readManifest(manifestFile: string): Promise<ModelOnDisk | null> {
  const file = manifestFile.slice(0, -'.json'.length)
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(manifestFile, 'utf8')))
    const { size } = await stat(file)
    return size === manifest.sizeBytes ? { file, manifest } : null
  } catch {
    return null // half deleted, or somebody else's
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => [])

/** All downloaded models in a folder of models, in the order of their arrival. */
export async function findModels(modelsFolder: string): Promise<ModelOnDisk[]> {
  const found: ModelOnDisk[] = []
  for (const folder of await namesIn(modelsFolder))
    for (const name of await namesIn(join(modelsFolder, folder))) {
      if (!name.endsWith(suffix)) continue
      const model = await readManifest(join(modelsFolder, folder, name))
      if (model) found.push(model)
    }
  return found.sort((a, b) => a.manifest.addedAtMs - b.manifest.addedAtMs)
}

/** Whether all published files of a model in the folder are there: a person has kept them. */
export async function hasKeptSource(modelFolder: string): Promise<boolean> {
  const source = sourceFolderOf(modelFolder)
  for (const name of await namesIn(modelFolder)) {
    const model = name.endsWith(suffix) ? await readManifest(join(modelFolder, name)) : null
    if (model === null) continue
    const sizes = await Promise.all(
      model.manifest.published.map(({ path }) => diskUse(join(source, path))),
    )
    if (model.manifest.published.every(({ sizeBytes }, index) => sizes[index] === sizeBytes))
      return true
  }
  return false
}

/** The manifest of one GGUF file; null when there is none. */
export const findManifest = async (file: string): Promise<ModelManifest | null> =>
  (await readManifest(`${file}.json`))?.manifest ?? null

/** Deletes a model, and its published files with the last one that was made from them. */
export async function deleteModel(file: string): Promise<void> {
  const folder = dirname(file)
  await rm(`${file}.json`, { force: true })
  await rm(file, { force: true })
  const others = (await namesIn(folder)).filter((name) => name.endsWith(suffix))
  if (others.length === 0) await rm(folder, { recursive: true, force: true })
}
