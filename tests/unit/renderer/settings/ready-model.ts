import type { ModelState } from '@shared/models.ts'
import { description, installed } from '../models/sample-models.ts'

/** The sample model, loaded. */
export const readyModel: ModelState = {
  type: 'ready',
  modelId: installed.id,
  loaded: { description, memory: [], contextLength: 8192, threads: 4 },
}
