/** A long paste, kept out of the text field, which it would fill and slow down. */
export interface PastedText {
  id: number
  text: string
  lines: number
}

const longestTyped = 6000
const mostLines = 200

let lastId = 0

/** Whether a paste becomes a chip of its own. */
export const isLongPaste = (text: string): boolean =>
  text.length > longestTyped || text.split('\n', mostLines + 1).length > mostLines

/** A chip for a long paste. */
export function pastedText(text: string): PastedText {
  return { id: (lastId += 1), text, lines: text.split('\n').length }
}

/** What is sent: what is typed, then what was pasted. */
export function composedText(typed: string, pasted: PastedText[]): string {
  return [typed, ...pasted.map(({ text }) => text)]
    .filter((text) => text.trim() !== '')
    .join('\n\n')
}
