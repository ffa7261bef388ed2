import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** A model as its authors publish it, in a folder that serves as a source of downloads. */
export interface PublishedModel {
  catalogueId: string
  /** The setting `customSource`. */
  sourceFolder: string
  files: { path: string; sizeBytes: number; sha256: string }[]
}

/** Where the published files are. */
export const sourceFolderIn = (dataFolder: string): string => join(dataFolder, '源 source')

const publishedFiles = ['config.json', 'tokenizer.model', 'pytorch_model.bin']

/**
 * Publishes the demo model in a folder, and puts a catalogue that knows it into the data folder of
 * an app that is not yet started.
 */
export function publishModel(dataFolder: string): PublishedModel {
  const catalogueId = 'published-demo'
  const sourceFolder = sourceFolderIn(dataFolder)
  const folder = join(sourceFolder, catalogueId)
  mkdirSync(folder, { recursive: true })
  const files = publishedFiles.map((path) => {
    const bytes = readFileSync(join(root, 'resources/demo-model/int4', path))
    writeFileSync(join(folder, basename(path)), bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { path, sizeBytes: bytes.length, sha256 }
  })
  const model = {
    ...{ id: catalogueId, name: 'Published demo', family: 'chatglm2', weightType: 'int4' },
    summary: { en: 'A toy.', 'zh-CN': '玩具。', 'zh-TW': '玩具。' },
    ...{ parameterCount: 1_000_000, contextLength: 8192, licenceId: 'toy', files, sources: {} },
    shape: {
      ...{ layerCount: 2, hiddenSize: 256, feedForwardSize: 512, headCount: 4 },
      ...{ kvHeadCount: 2, vocabularySize: 2048 },
    },
    results: [
      { type: 'q4_0', sizeBytes: 4_000_000 },
      { type: 'f16', sizeBytes: 8_000_000 },
    ],
  }
  const licence = { id: 'toy', name: 'Toy licence', url: 'https://example.org/', text: 'Be kind.' }
  const catalogue = { version: 1, updated: '2099-01-01', models: [model], licences: [licence] }
  writeFileSync(join(dataFolder, 'catalogue.json'), JSON.stringify(catalogue))
  return { catalogueId, sourceFolder, files }
}
