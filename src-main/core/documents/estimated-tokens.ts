import { endsUnspaced } from '../store/search-terms.ts'

const charactersPerToken = 3

/** What a text takes of a model whose tokenizer is not here: rather too much than too little. */
export function estimatedTokens(text: string): number {
  let tokens = 0
  for (const character of text) tokens += endsUnspaced(character) ? 1 : 1 / charactersPerToken
  return Math.ceil(tokens)
}
