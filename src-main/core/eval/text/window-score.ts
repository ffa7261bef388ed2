import { z } from 'zod'
import { engineResultSchemas } from '../../engine/engine-messages.ts'

/** How a text is measured. Results of another way do not mix with these. */
export const textSettings = z.object({
  chatglm_eval: z.literal(1),
  form: z.literal('text'),
  model: z.string(),
  /** The model that it is compared with. */
  reference: z.string().nullable(),
  /** SHA-256 of the text, in hex. */
  text: z.string(),
  /** Tokens that are read at once. */
  window: z.int(),
})
export type TextSettings = Omit<z.infer<typeof textSettings>, 'chatglm_eval'>

/** What was found in a window, for each token that counts in it. */
export const windowScore = z.object({ id: z.string(), ...engineResultSchemas['text.score'].shape })
export type WindowScore = z.infer<typeof windowScore>
