import { type BlockKind, type CodeLanguage, languageOfTag } from '../../shared/code-languages.ts'
import type { CodeStop } from '../../shared/code.ts'
import { maskCode } from './mask-code.ts'

/** What is sure of the code that is being written. */
export interface CodeSoFar {
  /** The beginning that stays, whatever follows. */
  text: string
  isOver: boolean
}

/** Looks at all that was written since the cursor, and again whenever more has come. */
export type CodeEnd = (written: string, isWhole: boolean) => CodeSoFar

const tabWidth = 4
const blankLinesOfEnd = 4

/** Lines that belong to the block before them although they are not indented. */
const goesOn =
  /^(?:[)\]}]|(?:end|fi|done|esac|else|elif|elsif|elseif|except|finally|rescue|ensure|catch|then|do|begin|where|in)\b)/iu

const indentOf = (line: string): number => {
  const [blank = ''] = /^[ \t]*/u.exec(line) ?? []
  return blank.replaceAll('\t', ' '.repeat(tabWidth)).length
}
const isBlank = (line: string): boolean => line.trim() === ''

/** Where each line of a text begins, with the line. */
function linesOf(text: string): { start: number; line: string }[] {
  let start = 0
  return text.split('\n').map((line) => {
    const found = { start, line }
    start += line.length + 1
    return found
  })
}

/** Whether the cursor stands inside an indented block. */
function isInBlock(before: string): boolean {
  const last = before.split('\n').findLast((line) => !isBlank(line)) ?? ''
  return indentOf(last) > 0 || /[:{(]\s*$/u.test(last)
}

/** Whether a line that is still written can no longer become one of `goesOn`. */
const isDecided = (line: string): boolean => /^(?:\w+\W|[^\w\s].)/u.test(line)

/**
 * Before the first line that is not indented, once an indented one has been there. The first line
 * is never left out: it shows whether the block before it goes on.
 */
function endByIndent(before: string, written: string): number | null {
  const isFresh = before === '' || before.endsWith('\n')
  const lines = linesOf(written)
  const first = isFresh ? lines.findIndex(({ line }) => !isBlank(line)) : 0
  let wasIndented = isFresh ? indentOf(lines[first]?.line ?? '') > 0 : isInBlock(before)
  for (const [index, { start, line }] of lines.entries()) {
    if (index <= first || isBlank(line)) continue
    if (indentOf(line) > 0) wasIndented = true
    else if (wasIndented && !goesOn.test(line))
      return index < lines.length - 1 || isDecided(line) ? start : null
  }
  return null
}

/** Behind the line whose brace closes the block of the cursor, or else the first one opened. */
function endByBraces(language: CodeLanguage, before: string, written: string): number | null {
  const code = maskCode(language, before + written)
  const countIn = (text: string): number => text.split('{').length - text.split('}').length
  const depth = countIn(code.slice(0, before.length))
  const wanted = Math.max(0, depth - 1)
  const linesEnd = code.lastIndexOf('\n') // what follows on a line may open the block again
  let now = depth
  let wasOpen = depth > 0
  for (const { start, line } of linesOf(code.slice(before.length, linesEnd))) {
    let hasClosed = false
    for (const sign of line) {
      if (sign === '{') {
        now++
        hasClosed = false // `} else {`
      } else if (sign === '}') {
        now--
        hasClosed ||= wasOpen && now <= wanted
      }
      wasOpen ||= now > 0
    }
    if (hasClosed) return start + line.length
  }
  return null
}

/** Behind the first line that ends a statement. */
function endByStatement(_: CodeLanguage, __: string, written: string): number | null {
  const found = /;[ \t]*(?:--.*)?(?=\n)/u.exec(written)
  return found ? found.index + found[0].length : null
}

const blockEnds: Record<BlockKind, typeof endByBraces | null> = {
  braces: endByBraces,
  indent: (_, before, written) => endByIndent(before, written),
  statement: endByStatement,
  none: null,
}

/** Where a model has begun to write nothing, or another file. */
function endOfSense(written: string): number | null {
  const blank = new RegExp(`\\n(?:[ \\t]*\\n){${blankLinesOfEnd - 1}}`, 'u').exec(written)
  const tag = linesOf(written).find(({ start, line }) => start > 0 && languageOfTag(line))
  const ends = [blank?.index, tag?.start].filter((end) => end !== undefined)
  return ends.length > 0 ? Math.min(...ends) : null
}

/** Behind the first line that is not empty. */
function endOfLine(written: string): number | null {
  const found = /\S[^\n]*(?=\n)/u.exec(written)
  return found ? found.index + found[0].length : null
}

/**
 * How code after `before` ends, as the official evaluation decides for six languages and in the
 * same spirit for the others. A line that may yet turn out to stand behind the end is kept back.
 */
export function codeEnd(language: CodeLanguage, before: string, stop: CodeStop): CodeEnd {
  const ofBlock = blockEnds[language.block]
  const endOf = (written: string): number | null => {
    const ends = [
      endOfSense(written),
      stop === 'line' ? endOfLine(written) : null,
      stop === 'block' ? (ofBlock?.(language, before, written) ?? null) : null,
    ].filter((end) => end !== null)
    return ends.length > 0 ? Math.min(...ends) : null
  }
  return (written, isWhole) => {
    const end = endOf(isWhole ? `${written}\n` : written)
    if (end !== null) return { text: written.slice(0, end).trimEnd(), isOver: true }
    if (isWhole) return { text: written, isOver: false }
    const lineStart = written.lastIndexOf('\n') + 1
    const isSure = lineStart === 0 || indentOf(written.slice(lineStart)) > 0
    return { text: written.slice(0, isSure ? undefined : lineStart).trimEnd(), isOver: false }
  }
}
