import { arch, cpus, freemem, homedir, platform, release, totalmem, userInfo } from 'node:os'
import type { AppSnapshot } from '../../shared/app-api.ts'
import type { DeviceReport } from '../../shared/devices.ts'
import type { InstalledModel } from '../../shared/models.ts'

export interface DiagnosisParts {
  snapshot: AppSnapshot
  devices: DeviceReport
  models: InstalledModel[]
  engineLog: string[]
}

/** Log lines about the engine itself, none of which holds text of a chat. */
const logLines = 40

/** Takes the person's own names out of paths. */
function withoutNames(text: string): string {
  const names = [homedir(), userInfo().username].filter((name) => name.length > 2)
  return names.reduce((rest, name) => rest.replaceAll(name, '~'), text)
}

/**
 * What helps in a report of a problem: versions, hardware, states and the engine's log. No chat, no
 * title, no preamble, no address, no name of a person or of a file.
 */
export function writeDiagnosis({ snapshot, devices, models, engineLog }: DiagnosisParts): string {
  const { version, host, engine, model, settings, store } = snapshot
  const { contextLength, threads, cacheType, backend, gpuLayers, contextFull } = settings
  const [processor] = cpus()
  const parts = {
    app: { version, host, node: process.versions.node, electron: process.versions.electron },
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
  return withoutNames([text, '', ...engineLog.slice(-logLines)].join('\n'))
}
