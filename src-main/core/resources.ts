import { join } from 'node:path'

/** Files that come with the app. */
export interface Resources {
  demoModelFolder: string
  /** What the demo model answers, for the self-test of devices. */
  demoExpectedFile: string
  catalogueFile: string
  cudaPackFile: string
  /** Tables of the characters in PDF files with Chinese, Japanese and Korean encodings. */
  cmapsFolder: string
}

/** Where things are in the folder `resources`. */
export const resourcesIn = (folder: string): Resources => ({
  demoModelFolder: join(folder, 'demo-model/int4'),
  demoExpectedFile: join(folder, 'demo-model/expected.json'),
  catalogueFile: join(folder, 'catalogue/catalogue.json'),
  cudaPackFile: join(folder, 'cuda-pack.json'),
  cmapsFolder: join(folder, 'pdf-cmaps'),
})
