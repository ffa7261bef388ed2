import type { Code, Construct, State, Token, Tokenizer } from 'micromark-util-types'

const backslash = 92
const openBracket = 91
const closeBracket = 93

const isLineEnd = (code: Code): code is -5 | -4 | -3 => code !== null && code < -2
const isSpace = (code: Code): boolean => code === 32 || code === -2 || code === -1

/** Goes on to the next line only where that belongs to the same block. */
const nextLine: Construct = {
  partial: true,
  tokenize(effects, ok, nok) {
    return (code) => {
      if (!isLineEnd(code)) return nok(code)
      effects.enter('lineEnding')
      effects.consume(code)
      effects.exit('lineEnding')
      return (next) => (this.parser.lazy[this.now().line] === true ? nok(next) : ok(next))
    }
  },
}

const tokenize: Tokenizer = function (effects, ok, nok) {
  const isInterrupting = this.interrupt === true
  let sequence: Token
  let isLineEmpty = false
  return start

  function start(code: Code): State | undefined {
    effects.enter('mathFlow')
    effects.enter('mathFlowFence')
    effects.enter('mathFlowFenceSequence')
    effects.consume(code)
    return opening
  }

  function opening(code: Code): State | undefined {
    if (code !== openBracket) return nok(code)
    effects.consume(code)
    effects.exit('mathFlowFenceSequence')
    effects.exit('mathFlowFence')
    return lineStart
  }

  function lineStart(code: Code): State | undefined {
    if (code === null) return nok(code)
    if (isLineEnd(code)) {
      // A blank line ends no formula, so this is none. The text before has to be interrupted
      // before it is known whether a formula follows.
      if (isLineEmpty) return nok(code)
      if (isInterrupting) return ok(code)
      isLineEmpty = true
      return effects.attempt(nextLine, lineStart, nok)(code)
    }
    sequence = effects.enter('mathFlowValue')
    if (code !== backslash) return value(code)
    effects.consume(code)
    return afterBackslash
  }

  function value(code: Code): State | undefined {
    if (code === null || code === backslash || isLineEnd(code)) {
      effects.exit('mathFlowValue')
      return lineStart(code)
    }
    if (!isSpace(code)) isLineEmpty = false
    effects.consume(code)
    return value
  }

  function afterBackslash(code: Code): State | undefined {
    isLineEmpty = false
    if (code === closeBracket) {
      sequence.type = 'mathFlowFence'
      effects.enter('mathFlowFenceSequence')
      effects.consume(code)
      effects.exit('mathFlowFenceSequence')
      return closed
    }
    if (code !== backslash) return value(code)
    effects.consume(code)
    return value
  }

  function closed(code: Code): State | undefined {
    if (isSpace(code)) {
      effects.enter('whitespace')
      effects.consume(code)
      effects.exit('whitespace')
      return closed
    }
    if (code !== null && !isLineEnd(code)) return nok(code)
    effects.exit('mathFlowFence')
    effects.exit('mathFlow')
    return ok(code)
  }
}

/**
 * `\[` to `\]` as a block of its own. While it is open no list or quotation starts in it, so a line
 * of the formula may begin with a plus or a minus.
 */
export const latexBlock: Construct = { name: 'latexBlock', tokenize, concrete: true }
