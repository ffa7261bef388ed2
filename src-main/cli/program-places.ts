import { join } from 'node:path'

/** Where the program finds what came with it. */
export interface ProgramPlaces {
  engineFile: string
  /** Of an installed engine. */
  engineManifestFile?: string | undefined
  resourcesFolder: string
}

const executable = process.platform === 'win32' ? 'chatglm-engine.exe' : 'chatglm-engine'

/** The places in a checkout; `CHATGLM_ENGINE` names another engine. */
export function placesInCheckout(env: NodeJS.ProcessEnv): ProgramPlaces {
  const root = join(import.meta.dirname, '../..')
  return {
    engineFile: env['CHATGLM_ENGINE'] ?? join(root, 'out/engine/release/bin', executable),
    resourcesFolder: join(root, 'resources'),
  }
}
