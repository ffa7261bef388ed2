import { z } from 'zod'
import type { AppServer } from '../core/app/app-server.ts'
import { AppError } from '../shared/errors.ts'

const answersSchema = z.object({ ok: z.literal(true), value: z.object({ output: z.string() }) })
const resultsSchema = z.object({
  ok: z.literal(true),
  value: z.object({ state: z.object({ output: z.string() }) }),
})

/** Where the answers of the last batch are. Throws AppError `batch.none`. */
export async function pathOfAnswers(server: AppServer): Promise<string> {
  const answer = answersSchema.safeParse(await server.handle('batch.read', {}, {}))
  if (answer.success) return answer.data.value.output
  throw new AppError('batch.none', 'No file has been answered yet. Choose one first.')
}

/** Where the results of the last measuring are. Throws AppError `eval.none`. */
export async function pathOfResults(server: AppServer): Promise<string> {
  const answer = resultsSchema.safeParse(await server.handle('eval.read', {}, {}))
  if (answer.success) return answer.data.value.state.output
  throw new AppError('eval.none', 'Nothing has been measured yet. Start first.')
}
