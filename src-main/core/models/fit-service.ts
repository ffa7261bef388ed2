import prettyBytes from 'pretty-bytes'
import type { FitSubject, LoadedModel, MemoryUse, Placement } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { FitReport, ModelSubject } from '../../shared/fit.ts'
import type { CatalogueService } from '../catalogue/catalogue-service.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import { bytesOf, isOnGpu, memoryBudgets, verdictOf } from './memory-budget.ts'
import type { ModelLibrary } from './model-library.ts'

export interface FitServices {
  engine: () => Promise<EngineClient>
  library: ModelLibrary
  catalogue: CatalogueService
  devices: DeviceService
  settings: SettingsService
  /** What the engine holds now. */
  loaded: () => LoadedModel | null
}

/** A model as the engine computes its memory, with what it was made for. */
interface Subject {
  engine: FitSubject
  contextLength: number
  layerCount: number
}

const shortestContext = 1024

/** Knows what a model takes in memory before it is loaded, and whether that is there. */
export class FitService {
  constructor(private readonly services: FitServices) {}

  /** Absent fields of the placement are taken as a load would take them. */
  async report(subject: ModelSubject, placement: Placement): Promise<FitReport> {
    const described = await this.describe(subject)
    return this.compute(described, await this.complete(described, placement))
  }

  /**
   * How a GGUF file that is about to be loaded goes into memory. Throws AppError `model.too_big`
   * with the numbers and what would help.
   */
  async place(path: string): Promise<Placement> {
    const client = await this.services.engine()
    const { contextLength, layerCount } = await client.request('model.inspect', { path })
    const subject: Subject = { engine: { type: 'file', path }, contextLength, layerCount }
    const placement = await this.complete(subject, {})
    const [memory = []] = await this.ask(subject, [placement])
    if (this.verdict(memory) === 'too_big') throw tooBig(await this.compute(subject, placement))
    return placement
  }

  private async compute(subject: Subject, placement: Placement): Promise<FitReport> {
    const lengths = contextLengths(subject.contextLength)
    const placements = lengths.map((contextLength) => ({ ...placement, contextLength }))
    const [memory, ...atLengths] = await this.ask(subject, [placement, ...placements])
    const fitting = lengths.filter((_, index) => this.verdict(atLengths[index] ?? []) === 'fits')
    return {
      placement,
      memory: memory ?? [],
      verdict: this.verdict(memory ?? []),
      longestContext: fitting.at(-1) ?? null,
      fittingGpuLayers: await this.fittingLayers(subject, placement),
    }
  }

  /** Fills in what the settings say; as many layers on GPUs as fit there. */
  private async complete(subject: Subject, asked: Placement): Promise<Placement> {
    const { contextLength, cacheType, gpuLayers, tensorSplit } = this.services.settings.read()
    const length = Math.min(contextLength ?? 8192, subject.contextLength)
    const devices = this.services.devices.chosenDevices().map(({ name }) => name)
    const placement = { contextLength: length, cacheType, ...asked }
    if (devices.length === 0) return { ...placement, gpuLayers: 0 }
    const onDevices = {
      ...{ devices, ...(tensorSplit === null ? {} : { tensorSplit }) },
      ...placement,
    }
    const wanted = asked.gpuLayers ?? gpuLayers
    if (wanted !== null) return { ...onDevices, gpuLayers: wanted }
    return { ...onDevices, gpuLayers: await this.fittingLayers(subject, onDevices) }
  }

  /** The most layers that the GPUs hold. */
  private async fittingLayers(subject: Subject, placement: Placement): Promise<number> {
    if (this.services.devices.chosenDevices().length === 0) return 0
    // With each layer the GPUs hold more and the computer less, so halving finds the most that the
    // GPUs hold; if the computer cannot hold the rest of that, it holds none of less.
    let [held, refused] = [0, subject.layerCount + 2] // the output counts as a layer
    let rest: MemoryUse[] = []
    for (let count = refused - 1; refused - held > 1; count = Math.floor((held + refused) / 2)) {
      const [memory = []] = await this.ask(subject, [{ ...placement, gpuLayers: count }])
      const [onGpus, onHost] = [memory.filter(isOnGpu), memory.filter((use) => !isOnGpu(use))]
      if (this.verdict(onGpus) === 'fits') [held, rest] = [count, onHost]
      else refused = count
    }
    return this.verdict(rest) === 'fits' ? held : 0
  }

  private async ask({ engine }: Subject, placements: Placement[]): Promise<MemoryUse[][]> {
    const client = await this.services.engine()
    return (await client.request('model.fit', { subject: engine, placements })).memory
  }

  private verdict(memory: MemoryUse[]): FitReport['verdict'] {
    const { devices, loaded } = this.services
    return verdictOf(memory, memoryBudgets(devices.chosenDevices(), loaded()))
  }

  private async describe(subject: ModelSubject): Promise<Subject> {
    if (subject.type === 'installed') {
      const { path, convertedFile, description } = await this.services.library.find(subject.modelId)
      const file = convertedFile ?? path
      const client = await this.services.engine()
      const known = description ?? (await client.request('model.inspect', { path: file }))
      const engine: FitSubject =
        known.format === 'gguf'
          ? { type: 'file', path: file }
          : { type: 'checkpoint', path: file, convertTo: 'source' }
      const { contextLength, layerCount } = known
      return { engine, contextLength, layerCount }
    }
    const model = await this.services.catalogue.find(subject.catalogueId)
    const { family, weightType, contextLength, shape } = model
    const { convertTo } = subject
    return {
      engine: { type: 'shape', family, weightType, convertTo, contextLength, ...shape },
      contextLength,
      layerCount: shape.layerCount,
    }
  }
}

/** Powers of two up to what the model was made for. */
function contextLengths(longest: number): number[] {
  const lengths: number[] = []
  for (let length = shortestContext; length < longest; length *= 2) lengths.push(length)
  return [...lengths, longest]
}

function tooBig({ memory, longestContext }: FitReport): AppError {
  const needs = memory.map((use) => `${prettyBytes(bytesOf(use))} on ${use.device}`).join(', ')
  const remedy =
    longestContext === null
      ? 'Choose a model with fewer bits, or a smaller one.'
      : `A context of ${longestContext} tokens would fit: set it in the settings of models.`
  return new AppError('model.too_big', `This model needs ${needs}, which is not there. ${remedy}`)
}
