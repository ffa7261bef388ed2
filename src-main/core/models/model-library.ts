import { rm } from 'node:fs/promises'
import { basename, dirname, extname, resolve } from 'node:path'
import type { ModelDescription } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import { modelId, type ModelId } from '../../shared/ids.ts'
import type { InstalledModel } from '../../shared/models.ts'
import type { StoredModel } from '../store/model-table.ts'
import type { StoreClient } from '../store/store-client.ts'
import { diskUse, exists } from './disk-use.ts'
import { removeDrafts } from './drafts.ts'
import { kindOf } from './kind-of-model.ts'
import { deleteModel, findModels, type ModelOnDisk, sourceFolderOf } from './model-manifest.ts'

/** The model that comes with the app; there is one, wherever the app is installed. */
export const demoModelId = modelId('demo')

/**
 * Owns the list of models that the app knows. What was downloaded belongs to the app; other files
 * are the person's own.
 */
export class ModelLibrary {
  constructor(
    private readonly store: StoreClient,
    /** Where models are kept that were converted from a person's own folders. */
    readonly convertedFolder: string,
  ) {}

  async list(): Promise<InstalledModel[]> {
    const models = await this.store.ask('model.list', {})
    return Promise.all(
      models.map(async ({ convertedFile, ...model }) => ({
        ...model,
        description: (await exists(model.path)) ? model.description : null,
        diskBytes: await keptBytes({ convertedFile, ...model }),
      })),
    )
  }

  async find(id: ModelId) {
    const model = (await this.store.ask('model.list', {})).find((known) => known.id === id)
    if (!model) throw new AppError('model.not_found', 'This model is not in the list any more.')
    return model
  }

  /** Adds a file or folder, or finds it when it is known. Nothing is read yet. */
  async add(path: string): Promise<ModelId> {
    const absolute = resolve(path)
    const known = (await this.store.ask('model.list', {})).find((model) => model.path === absolute)
    if (known) return known.id
    const kind = await kindOf(absolute)
    const id = modelId(crypto.randomUUID())
    const name = kind === 'file' ? basename(absolute, extname(absolute)) : basename(absolute)
    await this.put({ id, name, path: absolute, kind })
    return id
  }

  /** Puts the demo model into the list, at the place where it is installed now. */
  async putDemo(path: string, name: string): Promise<void> {
    await this.put({ id: demoModelId, name, path, kind: 'demo' })
  }

  /** Adds a downloaded model, or finds it anew. */
  async addDownloaded({ file, manifest }: ModelOnDisk): Promise<ModelId> {
    const { id, name, catalogueId } = manifest
    await this.put({ id, name, path: file, kind: 'catalogue', catalogueId })
    return id
  }

  /**
   * Takes up what other programs have downloaded, moved or removed in the folder of models. A
   * folder that is not there may be on a disk that comes back, so its models stay in the list.
   */
  async scan(modelsFolder: string): Promise<void> {
    const found = await findModels(modelsFolder)
    for (const model of found) await this.addDownloaded(model)
    if (!(await exists(modelsFolder))) return
    const files = new Set(found.map(({ file }) => file))
    for (const { id, kind, path } of await this.store.ask('model.list', {})) {
      const isGone = kind === 'catalogue' && dirname(dirname(path)) === modelsFolder
      if (isGone && !files.has(path)) await this.store.ask('model.remove', { modelId: id })
    }
  }

  /** Keeps what loading has found out. */
  async keep(
    id: ModelId,
    description: ModelDescription,
    convertedFile: string | null = null,
  ): Promise<void> {
    await this.store.ask('model.put', { ...(await this.find(id)), description, convertedFile })
  }

  async markCrashed(id: ModelId, crashedAtMs: number | null): Promise<void> {
    await this.store.ask('model.mark_crashed', { modelId: id, crashedAtMs })
  }

  /** Forgets a model and deletes what the app keeps of it. */
  async remove(id: ModelId): Promise<void> {
    const { kind, convertedFile, path } = await this.find(id)
    if (kind === 'demo')
      throw new AppError('model.is_demo', 'The demo model is part of the app and stays.')
    await this.removeDrafts(id)
    await this.store.ask('model.remove', { modelId: id })
    if (convertedFile !== null) await rm(convertedFile, { force: true })
    if (kind === 'catalogue') await deleteModel(path)
  }

  /** Deletes what a conversion has left that was cut off and is given up. */
  async removeDrafts(id: ModelId): Promise<void> {
    await removeDrafts(this.convertedFolder, (await this.find(id)).path)
  }

  private async put(
    model: Pick<InstalledModel, 'id' | 'name' | 'path' | 'kind'> & { catalogueId?: string },
  ): Promise<void> {
    const known = (await this.store.ask('model.list', {})).find(({ id }) => id === model.id)
    const fresh = {
      addedAtMs: Date.now(),
      catalogueId: null,
      description: null,
      convertedFile: null,
      crashedAtMs: null,
    }
    await this.store.ask('model.put', { ...fresh, ...known, ...model })
  }
}

/** What the app keeps of a model on the disk. */
async function keptBytes({ kind, path, convertedFile }: StoredModel): Promise<number> {
  if (kind === 'catalogue')
    return (await diskUse(path)) + (await diskUse(sourceFolderOf(dirname(path))))
  return (await diskUse(convertedFile ?? '')) + (kind === 'demo' ? await diskUse(path) : 0)
}
