import { dirname, join } from 'node:path'
import { z } from 'zod'
import type { AppServer } from '../core/app/app-server.ts'
import { writeResult } from '../core/resumable/growing-file.ts'
import type { AppRequest } from '../shared/app-api.ts'
import { AppError } from '../shared/errors.ts'

const answersSchema = z.object({ output: z.string() })
const resultsSchema = z.object({ state: z.object({ output: z.string() }) })
const fileSchema = z.object({ fileName: z.string(), text: z.string() })
const envelope = z.object({ ok: z.literal(true), value: z.unknown() })

/** What the app answers, if it has the form of `schema`. */
async function answerOf<T>(
  server: AppServer,
  request: AppRequest,
  params: object,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const answer = envelope.safeParse(await server.handle(request, params, {}))
  return schema.safeParse(answer.data?.value).data
}

const notMeasured = () => new AppError('eval.none', 'Nothing has been measured yet. Start first.')

/** Where the answers of the last batch are. Throws AppError `batch.none`. */
export async function pathOfAnswers(server: AppServer): Promise<string> {
  const answers = await answerOf(server, 'batch.read', {}, answersSchema)
  if (answers) return answers.output
  throw new AppError('batch.none', 'No file has been answered yet. Choose one first.')
}

/** Where the results of the last measuring are. Throws AppError `eval.none`. */
export async function pathOfResults(server: AppServer): Promise<string> {
  const results = await answerOf(server, 'eval.read', {}, resultsSchema)
  if (results) return results.state.output
  throw notMeasured()
}

/**
 * Writes the report of the last measuring beside its results, and answers where. Throws AppError
 * `eval.none` or `results.not_written`.
 */
export async function writeReport(server: AppServer): Promise<string> {
  const report = await answerOf(server, 'eval.export', { as: 'page' }, fileSchema)
  if (!report) throw notMeasured()
  const path = join(dirname(await pathOfResults(server)), report.fileName)
  await writeResult(path, report.text)
  return path
}
