import { join } from 'node:path'
import { appFolders } from './app-folders.ts'
import { EngineProcess } from './engine/engine-process.ts'
import type { RestartPolicy } from './engine/crash-window.ts'

export interface CoreOptions {
  /** The engine's program. */
  engineFile: string
  /** Of an installed engine. */
  engineManifestFile?: string | undefined
  env: NodeJS.ProcessEnv
  restart?: RestartPolicy
}

/** The services that every host has. */
export interface Core {
  engine: EngineProcess
  /** Where converted models are kept. */
  modelsFolder: string
}

/** Puts the services together. Nothing runs until a host starts it; the host stops the engine. */
export function createCore({ engineFile, engineManifestFile, env, restart }: CoreOptions): Core {
  const program = { file: engineFile, manifestFile: engineManifestFile }
  return {
    engine: new EngineProcess({ program, ...(restart ? { restart } : {}) }),
    modelsFolder: join(appFolders(env).cache, 'models'),
  }
}
