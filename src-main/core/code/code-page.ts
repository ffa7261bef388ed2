import { z } from 'zod'
import type { CodePage } from '../../shared/code.ts'

const longestCode = 1024 * 1024

/** What stands before the cursor, or on the whole page. */
export const codeText = z.string().max(longestCode)
export const codeLanguageName = z.string().max(64)
export const codeStop = z.enum(['line', 'block', 'model'])

/** What the page for code may hold. */
export const codePageSchema = z.object({
  text: codeText,
  language: codeLanguageName,
  stop: codeStop,
  maxNewTokens: z.int().min(1).max(8192),
  temperature: z.number().min(0).max(2),
}) satisfies z.ZodType<CodePage>
