import { StreamingMarkdown } from '../../src-renderer/components/markdown/streaming-markdown.ts'

/** Prints what it costs to parse replies while they are written, beside the target. */

const tokenLength = 4
/** At 200 tokens a second and 60 frames a second. */
const frameLength = 3 * tokenLength
const targetRatio = 11

const mixed = `## 一个标题 A heading

A paragraph with **bold**, *italics*, \`code\`, \\(x^2\\) and a [link](https://example.com). 然后是一段中文。

1. 第一项
2. second item with \`code\`

\`\`\`python
def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)
\`\`\`

| a | b |
| - | - |
| 1 | 2 |

`
const texts: Record<string, string> = {
  'mixed text': mixed,
  code: 'const value = compute(1, "text")\n',
  list: '- an item with *some* text in it\n',
  'one paragraph': 'words that never end and ',
}

interface Cost {
  milliseconds: number
  slowestMs: number
  parsed: number
}

function measure(name: string, unit: string, tokens: number): Cost {
  const length = tokens * tokenLength
  const opening = name === 'code' ? '```ts\n' : ''
  const text = (opening + unit.repeat(length / unit.length + 1)).slice(0, length)
  const parser = new StreamingMarkdown()
  let slowestMs = 0
  const start = performance.now()
  for (let end = frameLength; end <= length; end += frameLength) {
    const before = performance.now()
    parser.update(text.slice(0, end))
    slowestMs = Math.max(slowestMs, performance.now() - before)
  }
  parser.finish(text)
  return { milliseconds: performance.now() - start, slowestMs, parsed: parser.parsedCharacters }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

for (const [name, unit] of Object.entries(texts)) {
  measure(name, unit, 1_000) // so that the code is compiled
  const short = measure(name, unit, 1_000)
  const long = measure(name, unit, 10_000)
  const times = (long.milliseconds / short.milliseconds).toFixed(1)
  const parsed = (long.parsed / short.parsed).toFixed(1)
  say(
    `${name}: 1,000 tokens ${short.milliseconds.toFixed(0)} ms, 10,000 tokens ` +
      `${long.milliseconds.toFixed(0)} ms: ${times} times the time, ${parsed} times the parsing ` +
      `(target ${targetRatio}); slowest update ${long.slowestMs.toFixed(1)} ms`,
  )
}
