import { describe, expect, test } from 'vitest'
import { StreamingMarkdown } from '../../../../src-renderer/components/markdown/streaming-markdown.ts'

/** Characters that a token has in mixed text, about. */
const tokenLength = 4
/** At 200 tokens a second a frame shows three to four of them. */
const frameLength = 4 * tokenLength

const unit = {
  paragraphs: 'A sentence with **bold** and `code`, 然后是中文。\n\n',
  'fenced code': 'const value = compute(1, "text")\n',
  'list items': '- an item with *some* text in it\n',
  'one paragraph': 'words that never end and ',
  'a quotation': '> a quoted line of text\n',
  'a table': '| cell | another cell | 1.5 |\n',
  'a nested list': '  - an item below the first\n',
}
const opening: Partial<Record<keyof typeof unit, string>> = {
  'fenced code': '```ts\n',
  'a table': '| a | b | c |\n| - | - | - |\n',
  'a nested list': '- first\n',
}

/** Characters that are parsed for a reply of so many tokens, which are shown frame by frame. */
function costOf(kind: keyof typeof unit, tokens: number): number {
  const length = tokens * tokenLength
  const text = ((opening[kind] ?? '') + unit[kind].repeat(length / unit[kind].length + 1)).slice(
    0,
    length,
  )
  const parser = new StreamingMarkdown()
  for (let end = frameLength; end <= length; end += frameLength) parser.update(text.slice(0, end))
  parser.finish(text)
  return parser.parsedCharacters
}

describe('what it costs to show a reply while it is written', () => {
  test.each([
    'paragraphs',
    'fenced code',
    'list items',
    'one paragraph',
    'a quotation',
    'a table',
    'a nested list',
  ] as const)('is linear in its length: %s', (kind) => {
    expect(costOf(kind, 10_000)).toBeLessThanOrEqual(11 * costOf(kind, 1_000))
  })

  test('is a few times its length within a block of code', () => {
    expect(costOf('fenced code', 10_000)).toBeLessThan(4 * 10_000 * tokenLength)
  })
})

describe('the blocks of a growing text', () => {
  test('stay the same objects once they are finished', () => {
    const parser = new StreamingMarkdown()
    parser.update('# One\n\nTwo\n\n- three\n- four\n')
    const before = parser.blocks
    parser.update('# One\n\nTwo\n\n- three\n- four\n- five\n- six\n')
    expect(parser.blocks[0]).toBe(before[0])
    expect(parser.blocks[1]).toBe(before[1])
    expect(parser.blocks[2]).not.toBe(before[2])
    expect(parser.blocks[2]?.key).toBe(before[2]?.key)
  })

  test('hold what a late definition belongs to once the text has ended', () => {
    const parser = new StreamingMarkdown()
    const text = 'See [here][a].\n\nMore.\n\n[a]: https://example.com\n'
    parser.update(text)
    parser.finish(text)
    expect(JSON.stringify(parser.blocks[0]?.node)).toContain('linkReference')
  })

  test('show code without the beginning of its last fence', () => {
    const parser = new StreamingMarkdown()
    parser.update('```js\nlet a\n')
    parser.update('```js\nlet a\n``')
    expect(parser.blocks[0]?.node).toMatchObject({ type: 'code', lang: 'js', value: 'let a' })
  })

  test('start anew when the text is another', () => {
    const parser = new StreamingMarkdown()
    parser.update('# One\n\nTwo\n')
    parser.update('- Three')
    expect(parser.blocks.map(({ node }) => node.type)).toEqual(['list'])
  })
})
