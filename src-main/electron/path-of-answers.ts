import { z } from 'zod'
import type { AppServer } from '../core/app/app-server.ts'
import { AppError } from '../shared/errors.ts'

const stateSchema = z.object({ ok: z.literal(true), value: z.object({ output: z.string() }) })

/** Where the answers of the last batch are. Throws AppError `batch.none`. */
export async function pathOfAnswers(server: AppServer): Promise<string> {
  const answer = stateSchema.safeParse(await server.handle('batch.read', {}, {}))
  if (answer.success) return answer.data.value.output
  throw new AppError('batch.none', 'No file has been answered yet. Choose one first.')
}
