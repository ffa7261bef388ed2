import type { Extension as MdastExtension } from 'mdast-util-from-markdown'
import type {} from 'mdast-util-math'
import type { Code, Construct, Extension, State, Token, Tokenizer } from 'micromark-util-types'
import { latexBlock } from './latex-block-syntax.ts'

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    latexDisplay: 'latexDisplay'
  }
}

declare module 'mdast-util-math' {
  interface InlineMathData {
    /** Set for `\[ … \]` that stands within a paragraph. */
    isDisplay?: boolean
  }
}

const backslash = 92
const dollar = 36

// micromark hands out line ends as codes below -2, tabs as -2 and -1.
const isLineEnd = (code: Code): code is -5 | -4 | -3 => code !== null && code < -2
const isBlank = (code: Code): boolean => code === null || code < 0 || code === 32
const isDigit = (code: Code): boolean => code !== null && code >= 48 && code <= 57

/** `\(` to `\)`, or `\[` to `\]` within a paragraph; may run over several lines. */
function latexText(type: 'mathText' | 'latexDisplay', open: number, close: number): Construct {
  const tokenize: Tokenizer = (effects, ok, nok) => {
    let sequence: Token
    return start

    function start(code: Code): State | undefined {
      effects.enter(type)
      effects.enter('mathTextSequence')
      effects.consume(code)
      return opening
    }

    function opening(code: Code): State | undefined {
      if (code !== open) return nok(code)
      effects.consume(code)
      effects.exit('mathTextSequence')
      return between
    }

    function between(code: Code): State | undefined {
      if (code === null) return nok(code)
      if (isLineEnd(code)) {
        effects.enter('lineEnding')
        effects.consume(code)
        effects.exit('lineEnding')
        return between
      }
      sequence = effects.enter('mathTextData')
      if (code !== backslash) return data(code)
      effects.consume(code)
      return afterBackslash
    }

    function data(code: Code): State | undefined {
      if (code === null || code === backslash || isLineEnd(code)) {
        effects.exit('mathTextData')
        return between(code)
      }
      effects.consume(code)
      return data
    }

    function afterBackslash(code: Code): State | undefined {
      if (code === close) {
        sequence.type = 'mathTextSequence'
        effects.consume(code)
        effects.exit('mathTextSequence')
        effects.exit(type)
        return ok
      }
      if (code !== backslash) return data(code)
      effects.consume(code) // `\\` ends a row of a matrix
      return data
    }
  }
  return { name: 'latexText', tokenize }
}

/**
 * `$ … $` on one line, as Pandoc reads it: no blank inside either dollar and no digit after the
 * closing one, so that "$5 or $10" stays a price.
 */
const dollarText: Construct = {
  name: 'dollarText',
  previous: (code) => code !== dollar && code !== backslash,
  tokenize(effects, ok, nok) {
    let sequence: Token
    let isAfterBlank = false
    return start

    function start(code: Code): State | undefined {
      effects.enter('mathText')
      effects.enter('mathTextSequence')
      effects.consume(code)
      effects.exit('mathTextSequence')
      return opened
    }

    function opened(code: Code): State | undefined {
      if (code === dollar || isBlank(code)) return nok(code)
      effects.enter('mathTextData')
      return data(code)
    }

    function data(code: Code): State | undefined {
      if (code === null || isLineEnd(code)) return nok(code)
      if (code === dollar) {
        if (isAfterBlank) return nok(code) // more likely to open a formula than to close this
        effects.exit('mathTextData')
        sequence = effects.enter('mathTextSequence')
        effects.consume(code)
        return closed
      }
      isAfterBlank = isBlank(code)
      effects.consume(code)
      return code === backslash ? escaped : data
    }

    function escaped(code: Code): State | undefined {
      if (code === null || isLineEnd(code)) return nok(code)
      isAfterBlank = isBlank(code)
      effects.consume(code)
      return data
    }

    function closed(code: Code): State | undefined {
      if (code === dollar || isDigit(code)) {
        sequence.type = 'mathTextData'
        return data(code)
      }
      effects.exit('mathTextSequence')
      effects.exit('mathText')
      return ok(code)
    }
  },
}

/** Formulas as the models write them; code is left alone, as the parser never looks there. */
export const latexSyntax: Extension = {
  flow: { [backslash]: latexBlock },
  text: {
    [dollar]: dollarText,
    [backslash]: [latexText('mathText', 40, 41), latexText('latexDisplay', 91, 93)],
  },
}

/** Makes a node of `\[ … \]` within a paragraph; the other tokens are those of mdast-util-math. */
export const latexFromMarkdown: MdastExtension = {
  enter: {
    latexDisplay(token) {
      this.enter({ type: 'inlineMath', value: '', data: { isDisplay: true } }, token)
      this.buffer()
    },
  },
  exit: {
    latexDisplay(token) {
      const value = this.resume()
      const node = this.stack.at(-1)
      this.exit(token)
      if (node?.type === 'inlineMath') node.value = value
    },
  },
}
