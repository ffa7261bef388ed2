import { stat } from 'node:fs/promises'
import { AppError } from '../../shared/errors.ts'

/** What a person names as a model. Throws AppError `model.not_found`. */
export async function kindOf(path: string): Promise<'file' | 'folder'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (cause) {
    const message = `There is no model at ${path}. Choose a GGUF file or the folder of a checkpoint.`
    throw new AppError('model.not_found', message, { cause })
  }
}
