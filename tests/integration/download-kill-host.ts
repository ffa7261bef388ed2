import { fetchModelFiles } from '../../src-main/core/downloads/fetch-model-files.ts'
import type { CatalogueModel } from '../../src-main/shared/catalogue.ts'

/** The process of the test that is killed: downloads a model until it is whole. */
const [folder = '', base = '', model = ''] = process.argv.slice(2)

const { files } = await fetchModelFiles({
  model: JSON.parse(model) as CatalogueModel,
  folder,
  sources: [{ kind: 'custom', base }],
  network: { proxy: { type: 'none' }, certificateFile: null },
  reserveBytes: 0,
  signal: new AbortController().signal,
})
process.stdout.write(`${JSON.stringify(files)}\n`)
