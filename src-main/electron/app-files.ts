import { join } from 'node:path'

/** The files that the host starts or shows. */
export interface AppFiles {
  preload: string
  renderer: string
  storeWorker: string
  documentWorker: string
  icon: string
  trayIcon: string
  resources: string
  engine: string
  /** Of an installed engine. */
  engineManifest: string | undefined
  /** Where newer versions come from; null in a checkout, unless a test names one. */
  updateSource: string | null
  /** What electron-builder tells electron-updater. */
  updateConfig: string
}

const executable = process.platform === 'win32' ? 'chatglm-engine.exe' : 'chatglm-engine'

/**
 * Where things are. `mainFolder` holds the built main file; an installed app has the engine and
 * the resources beside it (`installedFolder`), a checkout where they are built.
 */
export function appFiles(
  mainFolder: string,
  env: NodeJS.ProcessEnv,
  installedFolder: string | null,
): AppFiles {
  const built = join(mainFolder, '..')
  const base = installedFolder ?? join(built, '../..')
  const resources = join(base, 'resources')
  const engineFolder = installedFolder === null ? 'out/engine/release/bin' : 'engine'
  // Whoever sets the environment of an installed app must not choose what it runs.
  const overridden = installedFolder === null ? env['CHATGLM_ENGINE'] : undefined
  const tested = env['CHATGLM_UPDATE_SOURCE'] ?? null
  return {
    preload: join(built, 'preload/preload.cjs'),
    renderer: join(built, 'renderer'),
    storeWorker: join(mainFolder, 'store-worker.cjs'),
    documentWorker: join(mainFolder, 'document-worker.cjs'),
    icon: join(resources, 'icons/icon.png'),
    trayIcon: join(resources, 'icons/tray.png'),
    resources,
    engineManifest:
      installedFolder === null ? undefined : join(built, '../../engine-manifest.json'),
    updateSource: installedFolder === null ? tested : join(built, '../../update-source.json'),
    updateConfig:
      installedFolder === null ? (tested ?? '') : join(installedFolder, 'app-update.yml'),
    engine: overridden ?? join(base, engineFolder, executable),
  }
}
