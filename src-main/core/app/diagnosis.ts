import { arch, cpus, freemem, homedir, platform, release, totalmem, userInfo } from 'node:os'
import type { AppSnapshot } from '../../shared/app-api.ts'
import type { DeviceReport } from '../../shared/devices.ts'
import type { InstalledModel } from '../../shared/models.ts'

export interface DiagnosisParts {
  snapshot: AppSnapshot
  devices: DeviceReport
  models: InstalledModel[]
  /** What the app and its engine wrote down, the oldest first. */
  log: string[]
}

/** Paths within quotes, which may hold spaces, and those that stand alone. */
const paths = /(['"`])(?:(?!\1).)*[\\/](?:(?!\1).)*\1|(?<![\w.])(?:[A-Za-z]:)?[\\/][^\s'"`()]+/gu

/** Takes out where files are and what people are called. */
function withoutNames(text: string): string {
  const names = [homedir(), userInfo().username].filter((name) => name.length > 2)
  const unnamed = names.reduce((rest, name) => rest.replaceAll(name, '~'), text)
  return unnamed.replaceAll(paths, '…')
}

/**
 * What helps in a report of a problem: versions, hardware, states and the log. No chat, no
 * title, no preamble, no address, no name of a person or of a file.
 */
export function writeDiagnosis({ snapshot, devices, models, log }: DiagnosisParts): string {
  const { version, host, engine, model, settings, store, isSafeMode } = snapshot
  const { contextLength, threads, cacheType, backend, gpuLayers, contextFull } = settings
  const [processor] = cpus()
  const parts = {
    app: {
      version,
      host,
      isSafeMode,
      node: process.versions.node,
      electron: process.versions.electron,
    },
    system: { platform: platform(), release: release(), arch: arch() },
    machine: {
      ...{ processor: processor?.model, cores: cpus().length },
      ...{ memoryTotalBytes: totalmem(), memoryFreeBytes: freemem() },
    },
    engine: engine.type === 'failed' ? { type: engine.type, cause: engine.cause } : engine,
    model: model.type === 'ready' ? { type: model.type, ...model.loaded } : model,
    models: models.map(({ kind, catalogueId, description, crashedAtMs }) => ({
      ...{ kind, catalogueId, crashedAtMs },
      ...{ family: description?.family, weightType: description?.weightType },
    })),
    devices,
    settings: { contextLength, threads, cacheType, backend, gpuLayers, contextFull },
    store,
  }
  const text = JSON.stringify(parts, (key, value: unknown) => (key === 'path' ? '…' : value), 2)
  return [withoutNames(text), '', ...log.map(withoutNames)].join('\n')
}
