import fc from 'fast-check'
import { expect, test } from 'vitest'
import { codeEnd } from '../../../../src-main/core/code/code-end.ts'
import type { CodeStop } from '../../../../src-main/shared/code.ts'
import { codeLanguages, findCodeLanguage } from '../../../../src-main/shared/code-languages.ts'

function languageOf(name: string) {
  const language = findCodeLanguage(name)
  if (language === undefined) throw new Error(`There is no ${name}.`)
  return language
}

/** What is kept of `written`, and what has been told of it when it comes letter by letter. */
function write(name: string, before: string, written: string, stop: CodeStop = 'block') {
  const endOf = codeEnd(languageOf(name), before, stop)
  let told = ''
  for (let length = 1; length <= written.length; length++) {
    const { text, isOver } = endOf(written.slice(0, length), false)
    expect(written.startsWith(text)).toBe(true)
    if (text.length > told.length) told = text
    if (isOver) return { text, told, isOver }
  }
  const { text, isOver } = endOf(written, true)
  return { text, told, isOver }
}

const kept = (...args: Parameters<typeof write>) => write(...args).text

test('ends a Python function before the next line that is not indented', () => {
  const before = 'def add(a, b):\n'
  expect(kept('Python', before, '    return a + b\n\n\nprint(add(1, 2))\n')).toBe(
    '    return a + b',
  )
  expect(kept('Python', before, '    if a:\n        b()\n    return a\ndef next_one(')).toBe(
    '    if a:\n        b()\n    return a',
  )
})

test('goes on behind a function that has ended', () => {
  const before = 'def one():\n    return 1\n'
  expect(kept('Python', before, '\nprint(one())\ndef two():\n    return 2\nprint(two())\n')).toBe(
    '\nprint(one())\ndef two():\n    return 2',
  )
})

test('lets a Python comment be followed by imports and one definition', () => {
  const written = 'import math\n\ndef area(r):\n    return math.pi * r\n\ndef other():\n    pass\n'
  expect(kept('Python', '# area of a circle\n', written)).toBe(
    'import math\n\ndef area(r):\n    return math.pi * r',
  )
})

test('takes what belongs to a block although it is not indented for a part of it', () => {
  const written = 'try:\n    a()\nexcept Error:\n    b()\nfinally:\n    c()\nd()\n'
  expect(kept('Python', '', written)).toBe(
    'try:\n    a()\nexcept Error:\n    b()\nfinally:\n    c()',
  )
  expect(kept('Ruby', 'def a\n', '  1\nend\n\ndef b\n')).toBe('  1\nend')
  expect(kept('Shell', '', 'for i in 1 2; do\n  echo $i\ndone\necho end\n')).toBe(
    'for i in 1 2; do\n  echo $i\ndone',
  )
})

test('ends behind the brace that closes the block of the cursor', () => {
  const before = 'int main() {\n  int a = 1;\n'
  expect(kept('C', before, '  if (a) {\n    b();\n  } else {\n    c();\n  }\n}\nint d;\n')).toBe(
    '  if (a) {\n    b();\n  } else {\n    c();\n  }\n}',
  )
  expect(kept('Java', 'class A {\n  int f() {\n', '    return 1;\n  }\n  int g() {}\n}\n')).toBe(
    '    return 1;\n  }',
  )
  expect(kept('JavaScript', '// adds\n', 'const f = () => {\n  a()\n};\n\ng()\n')).toBe(
    'const f = () => {\n  a()\n};',
  )
})

test('counts no braces in comments and texts', () => {
  expect(kept('C', 'void f() {\n', '  a("}"); // }\n  /* }\n } */ b();\n}\nc\n')).toBe(
    '  a("}"); // }\n  /* }\n } */ b();\n}',
  )
  const rust = "    let c = '}'; let s: &'a str = \"}\";\n}\nfn next() {\n"
  expect(kept('Rust', "fn f<'a>(x: &'a str) {\n", rust)).toBe(rust.split('\nfn')[0])
  expect(kept('Go', 'func f() {\n', '  a(`}\n}`)\n}\nfunc g() {\n')).toBe('  a(`}\n}`)\n}')
  expect(kept('R', 'f <- function(x) {\n', "  # }\n  '}'\n}\nf(1)\n")).toBe("  # }\n  '}'\n}")
})

test('ends SQL with its statement, and any code with its line when that is wanted', () => {
  expect(kept('SQL', '-- all\n', 'SELECT *\nFROM a\nWHERE b = 1;\nSELECT 2;\n')).toBe(
    'SELECT *\nFROM a\nWHERE b = 1;',
  )
  expect(kept('Go', 'a := ', '1\nb := 2\n', 'line')).toBe('1')
  expect(kept('Go', '// one\n', '\nvar a = 1\nvar b = 2\n', 'line')).toBe('\nvar a = 1')
})

test('ends where nothing but empty lines or another file would follow', () => {
  expect(kept('Markdown', '', '# A\n\n\n\n\ntext\n', 'model')).toBe('# A')
  expect(kept('Python', '', 'a = 1\n# language: Python\nb = 2\n', 'model')).toBe('a = 1')
  expect(kept('Python', '', 'a = 1\n\n\nb = 2', 'model')).toBe('a = 1\n\n\nb = 2')
})

test('never tells what it takes back, in any language', () => {
  const pieces = fc.constantFrom('{', '}', '\n', '  ', 'a', '"', "'", ';', 'end', 'else', '# ', '/')
  const code = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''))
  const stops = fc.constantFrom<CodeStop>('line', 'block', 'model')
  let count = 0
  fc.assert(
    fc.property(fc.constantFrom(...codeLanguages), code, code, stops, (language, a, b, stop) => {
      count++
      const { text, told } = write(language.name, a, b, stop)
      expect(text.startsWith(told)).toBe(true)
    }),
    { numRuns: 400 },
  )
  process.stdout.write(`${count} random pieces of code\n`)
})
