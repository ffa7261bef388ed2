import type { GrammarState, HighlighterCore } from 'shiki/core'
import { codeGrammars } from './code-grammars.ts'
import type { CodeLine } from './highlighted-code.ts'

/** What the worker is asked: to colour more lines of a block, or to forget the block. */
export type HighlightQuestion =
  | { type: 'color'; block: number; language: string; lines: readonly string[] }
  | { type: 'end'; block: number }

/** The colours of the lines, in the order of asking. */
export interface HighlightAnswer {
  block: number
  lines: CodeLine[]
}

const themes = { light: 'github-light-default', dark: 'github-dark-default' }

/** Longer lines are those of machines; they stay plain. */
const longestLine = 2_000
/** The first line of a language takes long, as its rules are only then made ready. */
const longestLineMs = 10_000

/** Comments are too pale for our surface. */
const colorReplacements = { [themes.light]: { '#6e7781': '#59636e' } }

let loading: Promise<HighlighterCore> | null = null
/** Where the lines of each block ended, from which the next ones go on. */
const states = new Map<number, GrammarState>()

/** Without WebAssembly, which the content security policy forbids. */
async function loadHighlighter(): Promise<HighlighterCore> {
  const [{ createHighlighterCore }, { createJavaScriptRegexEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
  ])
  return createHighlighterCore({
    engine: createJavaScriptRegexEngine({ forgiving: true }),
    themes: [
      import('shiki/themes/github-light-default.mjs'),
      import('shiki/themes/github-dark-default.mjs'),
    ],
    langs: [],
  })
}

interface ThemedToken {
  content: string
  htmlStyle?: Record<string, string>
}

function toLine(tokens: readonly ThemedToken[]): CodeLine {
  return tokens.map(({ content, htmlStyle }) => ({
    text: content,
    ...(htmlStyle && { style: htmlStyle }),
  }))
}

/** Answers one question. The caller waits for the answer about a block before it asks on. */
export async function answerHighlight(
  question: HighlightQuestion,
): Promise<HighlightAnswer | null> {
  const { block } = question
  if (question.type === 'end') {
    states.delete(block)
    return null
  }
  const { language, lines } = question
  const grammar = codeGrammars[language]
  if (grammar === undefined) throw new Error(`There is no grammar for ${language}.`)
  loading ??= loadHighlighter()
  const highlighter = await loading
  await highlighter.loadLanguage(grammar)
  const state = states.get(block)
  const { tokens, grammarState } = highlighter.codeToTokens(lines.join('\n'), {
    ...{ lang: language, themes, defaultColor: false, colorReplacements },
    ...{ tokenizeMaxLineLength: longestLine, tokenizeTimeLimit: longestLineMs },
    ...(state && { grammarState: state }),
  })
  if (grammarState) states.set(block, grammarState)
  return { block, lines: tokens.map(toLine) }
}
