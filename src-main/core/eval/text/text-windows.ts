/** What the model reads at once, and what of it counts. */
export interface TextWindow {
  /** Its number, from 0. */
  id: string
  /** With the tokens that stand before every text. */
  ids: number[]
  /** Index of the first token that counts. */
  scoredFrom: number
}

/**
 * Windows of at most `size` tokens over a text, each half a window further, so that every token
 * counts once, after half a window of text or more; those of the first window after all that stands
 * before them. (The strided perplexity of Hugging Face's "Perplexity of fixed-length models".)
 */
export function textWindows(prefix: number[], text: number[], size: number): TextWindow[] {
  const room = size - prefix.length
  const step = Math.floor(room / 2)
  const windows: TextWindow[] = []
  for (let start = 0, counted = 0; counted < text.length; start += step) {
    const ids = [...prefix, ...text.slice(start, start + room)]
    windows.push({ id: String(windows.length), ids, scoredFrom: prefix.length + counted - start })
    counted = start + room
  }
  return windows
}
