import MiniSearch from 'minisearch'
import { searchTokens } from '../store/search-terms.ts'

const terms = (text: string): string[] => searchTokens(text).map(({ term }) => term)

/** Finds the passages that have most in common with a question, Chinese ones by pairs of characters. */
export class PassageIndex {
  private readonly index = new MiniSearch({
    fields: ['text'],
    tokenize: terms,
    processTerm: (term) => term,
  })

  constructor(texts: string[]) {
    this.index.addAll(texts.map((text, id) => ({ id, text })))
  }

  /** The numbers of the passages, the nearest first; those with nothing in common are left out. */
  rank(question: string): number[] {
    return this.index.search(question).map(({ id }) => Number(id))
  }
}
