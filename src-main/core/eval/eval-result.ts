import { z } from 'zod'
import { choiceMethods, evalForms } from '../../shared/eval-report.ts'
import type { Found } from './eval-question.ts'

/** How a run asks. Results of another way of asking do not mix with its own. */
export const evalSettings = z.object({
  chatglm_eval: z.literal(1),
  form: z.enum(evalForms),
  model: z.string(),
  method: z.enum(choiceMethods),
  shots: z.int(),
})
export type EvalSettings = Omit<z.infer<typeof evalSettings>, 'chatglm_eval'>

export const evalResult = z.object({
  id: z.string(),
  subject: z.string(),
  answer: z.string(),
  chosen: z.string().nullable(),
  correct: z.boolean(),
  probabilities: z.record(z.string(), z.number()).optional(),
  reply: z.string(),
})
export type EvalResult = Pick<z.infer<typeof evalResult>, 'id' | 'subject' | 'answer'> & Found
