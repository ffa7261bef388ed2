import { expect, test } from 'vitest'
import { parseMarkdown } from '../../../../src-renderer/components/markdown/parse-markdown.ts'
test('bold Chinese text needs no spaces around it', () => {
  const [paragraph] = parseMarkdown('**注意：**请看**这里（重要）**的说明。').children
  const kinds =
    paragraph && 'children' in paragraph ? paragraph.children.map(({ type }) => type) : []
  expect(kinds).toEqual(['strong', 'text', 'strong', 'text'])
})
