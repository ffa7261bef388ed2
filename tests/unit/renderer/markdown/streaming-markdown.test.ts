import fc from 'fast-check'
import type { RootContent } from 'mdast'
import { describe, expect, test } from 'vitest'
import {
  normalizeSource,
  parseMarkdown,
} from '../../../../src-renderer/components/markdown/parse-markdown.ts'
import { StreamingMarkdown } from '../../../../src-renderer/components/markdown/streaming-markdown.ts'

const withoutPositions = (nodes: readonly RootContent[]): unknown =>
  JSON.parse(
    JSON.stringify(nodes, (key, value: unknown) => (key === 'position' ? undefined : value)),
  )

const wholeParse = (text: string) => withoutPositions(parseMarkdown(normalizeSource(text)).children)

function stream(text: string, cuts: number[]): StreamingMarkdown {
  const parser = new StreamingMarkdown()
  for (const cut of cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b))
    parser.update(text.slice(0, cut))
  return parser
}

const pieces = [
  ...[
    '\n',
    '\n\n',
    '\n',
    ' ',
    '  ',
    '    ',
    '\t',
    '\r\n',
    'word ',
    '你好。',
    '**bold**',
    '**',
    '*',
  ],
  ...['- ', '* ', '+ ', '1. ', '2) ', '10. ', '- [ ] ', '- [x] ', '> ', '# ', '## ', '---', '==='],
  ...['```js\n', '```', '~~~', '`', '``', '````', '| a | b |\n| - | - |\n', '| c | d |', '|', '$$'],
  ...['$x$', '$', '\\[', '\\]', '\\(', '\\)', '[link](https://a.b)', '[ref]', '[ref]: https://a.b'],
  ...['[^1]', '[^1]: note', '<b>', '<div>', '</div>', '<!--', '-->', 'https://a.b', '\\', '&amp;'],
  ...[
    '~~gone~~',
    '![alt](x)',
    '\0',
    '\uFEFF',
    '- a\n- b\n',
    '- a\n\n- b\n',
    '1. x\n   ```\n   y\n',
  ],
]
const sourceText = fc
  .array(fc.constantFrom(...pieces), { maxLength: 30 })
  .map((parts) => parts.join(''))

describe('a text that grows', () => {
  test('ends up as if it had been parsed at once, however it was split', () => {
    fc.assert(
      fc.property(sourceText, fc.array(fc.nat(), { maxLength: 40 }), (text, cuts) => {
        const parser = stream(text, cuts)
        parser.finish(text)
        expect(withoutPositions(parser.blocks.map(({ node }) => node))).toEqual(wholeParse(text))
      }),
      { numRuns: 500 },
    )
  })
})
