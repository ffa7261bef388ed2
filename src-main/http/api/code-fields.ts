import { z } from 'zod'
import { codeEnd, type CodeEnd } from '../../core/code/code-end.ts'
import {
  type CodeLanguage,
  findCodeLanguage,
  languageOfTag,
  withLanguageTag,
} from '../../shared/code-languages.ts'
import { BadRequest } from './api-errors.ts'

/** What `/v1/completions` takes besides OpenAI's fields, for editors that complete code. */
export const codeFields = {
  /** Puts the tag of this language before the prompt, unless it begins with one. */
  lang: z.string().max(64).nullish(),
  /** Ends the code with its line or its block. */
  code_stop: z.enum(['line', 'block']).nullish(),
}

type CodeFields = z.infer<z.ZodObject<typeof codeFields>>

/** Throws BadRequest for a language that CodeGeeX2 was not taught. */
export function expectLanguage(name: string): CodeLanguage {
  const language = findCodeLanguage(name)
  if (language) return language
  throw new BadRequest(`CodeGeeX2 was not taught the language "${name}".`, 'lang')
}

/** The prompt with its tag, and where the code after it ends. Throws BadRequest. */
export function codePrompt(
  { lang, code_stop: stop }: CodeFields,
  prompt: string,
): { prompt: string; endOf?: CodeEnd } {
  const named = typeof lang === 'string' ? expectLanguage(lang) : undefined
  const tagged = named ? withLanguageTag(named, prompt) : prompt
  if (stop === undefined || stop === null) return { prompt: tagged }
  const language = languageOfTag(tagged)
  if (language) return { prompt: tagged, endOf: codeEnd(language, tagged, stop) }
  throw new BadRequest('Name the language of the code in "lang", or begin with its tag.', 'lang')
}
