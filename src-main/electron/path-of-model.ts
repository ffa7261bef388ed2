import { z } from 'zod'
import type { AppServer } from '../core/app/app-server.ts'
import { AppError } from '../shared/errors.ts'
import type { ModelId } from '../shared/ids.ts'

const listSchema = z.object({
  ok: z.literal(true),
  value: z.array(z.object({ id: z.string(), path: z.string() })),
})

/** Where a model's file is. Pages name models, never paths. Throws AppError `model.not_found`. */
export async function pathOfModel(server: AppServer, modelId: ModelId): Promise<string> {
  const answer = listSchema.safeParse(await server.handle('model.list', {}, {}))
  const model = answer.data?.value.find(({ id }) => id === modelId)
  if (model) return model.path
  throw new AppError('model.not_found', 'This model is not in the list any more.')
}
