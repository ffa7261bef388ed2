import { basename, join } from 'node:path'
import { appFolders } from '../core/app-folders.ts'
import { CatalogueService } from '../core/catalogue/catalogue-service.ts'
import { findModels, type ModelOnDisk } from '../core/models/model-manifest.ts'
import { ModelsFolder } from '../core/models/models-folder.ts'
import { resourcesIn } from '../core/resources.ts'
import { AppError } from '../shared/errors.ts'
import type { CommandContext } from './model-session.ts'
import { placesInCheckout } from './program-places.ts'
import { tell } from './terminal.ts'

/** The same folder of models that the app uses. */
export async function openModelsFolder({ env }: CommandContext): Promise<ModelsFolder> {
  const folder = new ModelsFolder(appFolders(env).data, env)
  await folder.load()
  return folder
}

/** The same catalogue that the app uses. */
export function openCatalogue(context: CommandContext): CatalogueService {
  const { env, terminal, places = placesInCheckout(env) } = context
  const log = { info: () => undefined, error: (line: string) => tell(terminal, line) }
  const ownFile = join(appFolders(env).data, 'catalogue.json')
  return new CatalogueService(resourcesIn(places.resourcesFolder).catalogueFile, ownFile, log)
}

/** What a model is called on the command line: its file without the ending. */
export const nameOf = ({ file }: ModelOnDisk): string => basename(file, '.gguf')

export async function listModels(context: CommandContext): Promise<ModelOnDisk[]> {
  return findModels((await openModelsFolder(context)).path())
}

/** Models by their name, or all types of one by its id. Throws AppError `model.not_found`. */
export async function findByName(context: CommandContext, name: string): Promise<ModelOnDisk[]> {
  const models = await listModels(context)
  const found = models.filter(
    (model) => nameOf(model) === name || model.manifest.catalogueId === name,
  )
  if (found.length > 0) return found
  const message = `There is no downloaded model "${name}". "chatglm list" shows what there is.`
  throw new AppError('model.not_found', message)
}
