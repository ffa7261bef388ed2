import type { GrammarState, HighlighterCore } from 'shiki/core'
import { findLanguage } from './code-languages.ts'
import type { CodeLine, LineTokenizer } from './highlighted-code.ts'

const themes = { light: 'github-light-default', dark: 'github-dark-default' }

/** Longer lines are those of machines; they stay plain. */
const longestLine = 2_000
/** The first line of a language takes long, as its rules are only then made ready. */
const longestLineMs = 10_000

/** Comments are too pale for our surface. */
const colorReplacements = { [themes.light]: { '#6e7781': '#59636e' } }

let loading: Promise<HighlighterCore> | null = null
const loaded = new Map<string, HighlighterCore>()

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

/** Colours for a new block, if the language has been loaded before. */
export function tokenizerOf(written: string): LineTokenizer | null {
  const name = findLanguage(written)?.name
  const highlighter = name === undefined ? undefined : loaded.get(name)
  if (name === undefined || highlighter === undefined) return null
  const options = { lang: name, themes, defaultColor: false as const, colorReplacements }
  const limits = { tokenizeMaxLineLength: longestLine, tokenizeTimeLimit: longestLineMs }
  let state: { grammarState?: GrammarState } = {}
  return {
    tokenize(lines) {
      const text = lines.join('\n')
      const { tokens, grammarState } = highlighter.codeToTokens(text, {
        ...options,
        ...limits,
        ...state,
      })
      state = grammarState === undefined ? {} : { grammarState }
      return tokens.map(toLine)
    },
  }
}

/** Loads what a language needs. Does nothing for one that has no colours. */
export async function loadLanguage(written: string): Promise<void> {
  const language = findLanguage(written)
  if (language === null || loaded.has(language.name)) return
  loading ??= loadHighlighter()
  const highlighter = await loading
  await highlighter.loadLanguage(language.load)
  loaded.set(language.name, highlighter)
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
