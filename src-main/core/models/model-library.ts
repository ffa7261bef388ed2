import { rm, stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import type { ModelDescription } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import { modelId, type ModelId } from '../../shared/ids.ts'
import type { InstalledModel } from '../../shared/models.ts'
import type { StoreClient } from '../store/store-client.ts'

/** The model that comes with the app; there is one, wherever the app is installed. */
export const demoModelId = modelId('demo')

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** Owns the list of models that the app knows. Their files belong to the person. */
export class ModelLibrary {
  constructor(private readonly store: StoreClient) {}

  async list(): Promise<InstalledModel[]> {
    const models = await this.store.ask('model.list', {})
    return Promise.all(
      models.map(async ({ id, name, path, kind, addedAtMs, crashedAtMs, description }) => ({
        ...{ id, name, path, kind, addedAtMs, crashedAtMs },
        description: (await exists(path)) ? description : null,
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

  /** Keeps what loading has found out. */
  async keep(
    id: ModelId,
    description: ModelDescription,
    convertedFile: string | null,
  ): Promise<void> {
    await this.store.ask('model.put', { ...(await this.find(id)), description, convertedFile })
  }

  async markCrashed(id: ModelId, crashedAtMs: number | null): Promise<void> {
    await this.store.ask('model.mark_crashed', { modelId: id, crashedAtMs })
  }

  /** Forgets a model and deletes what was converted from it. */
  async remove(id: ModelId): Promise<void> {
    const { kind, convertedFile } = await this.find(id)
    if (kind === 'demo')
      throw new AppError('model.is_demo', 'The demo model is part of the app and stays.')
    await this.store.ask('model.remove', { modelId: id })
    if (convertedFile !== null) await rm(convertedFile, { force: true })
  }

  private async put(model: Pick<InstalledModel, 'id' | 'name' | 'path' | 'kind'>): Promise<void> {
    const known = (await this.store.ask('model.list', {})).find(({ id }) => id === model.id)
    const fresh = {
      addedAtMs: Date.now(),
      description: null,
      convertedFile: null,
      crashedAtMs: null,
    }
    await this.store.ask('model.put', { ...fresh, ...known, ...model })
  }
}

async function kindOf(path: string): Promise<'file' | 'folder'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (cause) {
    const message = `There is nothing at ${path}. Choose a GGUF file or the folder of a checkpoint.`
    throw new AppError('model.not_found', message, { cause })
  }
}
