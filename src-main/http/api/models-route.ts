import { AppError } from '../../shared/errors.ts'
import type { ServedModel } from '../../core/inference/inference-source.ts'

/** With all the fields that the official `openai_api.py` shows. */
function modelCard({ id, loadedAtMs }: ServedModel) {
  return {
    id,
    object: 'model',
    created: Math.floor(loadedAtMs / 1000),
    owned_by: 'owner',
    root: null,
    parent: null,
    permission: null,
  }
}

/** `GET /v1/models`: the one that is loaded. Requests may call it as they like. */
export function listModels(current: ServedModel | null) {
  return { object: 'list', data: current === null ? [] : [modelCard(current)] }
}

/** `GET /v1/models/:id`. Throws AppError `api.unknown_model`. */
export function readModel(current: ServedModel | null, id: string) {
  if (current?.id === id) return modelCard(current)
  throw new AppError('api.unknown_model', `The model "${id}" is not loaded. Load it in the app.`)
}
