import { expect, test } from 'vitest'
import { partsOf } from '../../../../src-renderer/components/markdown/block-parts.ts'
import { StreamingMarkdown } from '../../../../src-renderer/components/markdown/streaming-markdown.ts'

test('parts of a growing text hold all its blocks, and those that did not change stay the same', () => {
  const parser = new StreamingMarkdown()
  let text = ''
  let parts = partsOf([], [])
  let kept = 0
  for (let n = 0; n < 100; n += 1) {
    text += `## Heading ${n}\n\nSome text.\n\n`
    parser.update(text)
    const before = parts
    parts = partsOf(parser.blocks, before)
    expect(parts.flat()).toEqual(parser.blocks)
    const changed = parts.filter((part, index) => part !== before[index])
    expect(changed.length).toBeLessThanOrEqual(2)
    kept += parts.length - changed.length
  }
  expect(parser.blocks).toHaveLength(200)
  expect(kept).toBeGreaterThan(400)
})
