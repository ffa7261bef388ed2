import { z } from 'zod'
import type { EvalPlan } from '../../shared/eval.ts'
import { choiceMethods } from '../../shared/eval-report.ts'
import { modelId, type ModelId } from '../../shared/ids.ts'

const path = z.string().min(1).max(32_768)
const model = z
  .string()
  .regex(/^[\w.-]{1,64}$/)
  .transform((text): ModelId => modelId(text))

/** What may be asked for, and is kept for the next start. */
export const evalPlanSchema: z.ZodType<EvalPlan> = z.object({
  modelId: model,
  path,
  results: path.nullable(),
  method: z.enum(choiceMethods),
  shots: z.int().min(0).max(20),
  examples: path.nullable(),
  limit: z.int().min(1).max(1_000_000).nullable(),
  windowTokens: z.int().min(16).max(32_768),
  againstId: model.nullable(),
})
