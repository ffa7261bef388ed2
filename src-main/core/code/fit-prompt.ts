import { type CodeLanguage, withLanguageTag } from '../../shared/code-languages.ts'
import type { EngineClient } from '../engine/engine-client.ts'

/** Tokens that cutting may add: the tag's, and those of a text that begins elsewhere. */
const spareTokens = 32
/** More text is surely too long, and need not be looked at. */
const mostCharactersOfToken = 24

/** The prompt for what stands before the cursor; whole lines at its beginning go when it is too long. */
export async function fitPrompt(
  client: EngineClient,
  language: CodeLanguage,
  before: string,
  roomTokens: number,
): Promise<string> {
  const room = Math.max(1, roomTokens - spareTokens)
  const near = before.slice(-room * mostCharactersOfToken)
  const text = withLanguageTag(language, near)
  const { ids } = await client.request('text.tokenize', { text, withPrefix: true })
  if (ids.length <= roomTokens) return text
  const end = await client.request('text.detokenize', { ids: ids.slice(-room) })
  const lineEnd = end.text.indexOf('\n')
  return withLanguageTag(language, end.text.slice(lineEnd + 1))
}
