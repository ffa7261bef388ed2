import type { Placement } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { Logger } from '../logger.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { FitService } from './fit-service.ts'

export interface PlaceServices {
  fit: FitService
  log: Logger
  settings: SettingsService
}

/** How a model file goes into memory. Throws AppError `model.too_big`. */
export async function placeModel(
  path: string,
  { fit, log, settings }: PlaceServices,
): Promise<Placement> {
  try {
    return await fit.place(path)
  } catch (error) {
    if (error instanceof AppError && error.code === 'model.too_big') throw error
    log.error('the memory of a model could not be computed', error)
    // What cannot be computed is tried: loading what fits is never refused.
    const { contextLength, cacheType } = settings.read()
    return { cacheType, ...(contextLength === null ? {} : { contextLength }) }
  }
}
