// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, test } from 'vitest'
import { nextTick } from 'vue'
import MarkdownView from '../../../../src-renderer/components/markdown/MarkdownView.vue'
import { loadKatex } from '../../../../src-renderer/components/markdown/load-katex.ts'
import { openLinkKey } from '../../../../src-renderer/components/markdown/open-link.ts'
import { safeLink } from '../../../../src-renderer/components/markdown/safe-link.ts'
import { createAppI18n } from '../../../../src-renderer/i18n.ts'

const textElements =
  'div p h1 h2 h3 h4 h5 h6 em strong del code br a sup ul ol li input blockquote hr table thead ' +
  'tbody tr th td figure figcaption pre span button svg path rect line polyline circle ' +
  'math semantics annotation mrow mi mn mo msup msub msubsup mfrac msqrt mtext mspace mstyle mpadded'
const allowedElements = new Set(textElements.split(' '))
/** Words for both what is a property of an element and what only looks like one. */
const allowedAttribute =
  /^(class|style|href|title|rel|dir|type|disabled|checked|start|id|tabindex|role|aria-[a-z]+|data-align|data-v-[0-9a-f]+|d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|points|width|height|viewBox|viewbox|fill|stroke|stroke-[a-z]+|xmlns|encoding|display|mathvariant|mathcolor|mathbackground|stretchy|fence|form|minsize|maxsize|lspace|rspace|separator|linethickness|displaystyle|scriptlevel|voffset|hidden)$/

const fixtures = import.meta.glob<string>('../../../fixtures/hostile-markdown/*.md', {
  eager: true,
  query: '?raw',
  import: 'default',
})

function fixture(name: string): string {
  const text = fixtures[`../../../fixtures/hostile-markdown/${name}.md`]
  if (text === undefined) throw new Error(`There is no fixture ${name}.`)
  return text
}

// KaTeX draws only in pages with a doctype, which this one cannot have.
Object.defineProperty(document, 'compatMode', { value: 'CSS1Compat' })

function render(text: string, isStreaming = false) {
  const opened: string[] = []
  const wrapper = mount(MarkdownView, {
    props: { text, isStreaming },
    global: {
      plugins: [createAppI18n('en')],
      provide: { [openLinkKey]: (url: string) => opened.push(url) },
    },
    attachTo: document.body,
  })
  const root = document.querySelector('.markdown')
  if (root === null) throw new Error('Nothing was drawn.')
  return { wrapper, root, opened }
}

async function drawn(): Promise<void> {
  await loadKatex()
  await nextTick()
  await nextTick()
}

/** What a page must not have from a text: other elements, other attributes, other addresses. */
function findings(root: Element): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    const name = element.localName
    const found = allowedElements.has(name) ? [] : [`<${name}>`]
    for (const { name: attribute, value } of element.attributes) {
      if (!allowedAttribute.test(attribute)) found.push(`<${name} ${attribute}>`)
      if (attribute === 'href' && safeLink(value) !== value) found.push(`<${name} href=${value}>`)
    }
    return found
  })
}

afterEach(() => {
  document.body.replaceChildren()
})

describe('a hostile text', () => {
  test.each(['html', 'refused-links', 'allowed-links', 'formulas', 'code'])(
    'makes no element, attribute or address that is not on the list (%s)',
    async (name) => {
      const { root } = render(fixture(name))
      await drawn()
      expect(root.querySelectorAll('*').length).toBeGreaterThan(5)
      expect(findings(root)).toEqual([])
    },
  )

  test('makes nothing else while it is written, either', async () => {
    const text = fixture('html')
    const { wrapper, root } = render('', true)
    for (let end = 0; end < text.length; end += 7) {
      await wrapper.setProps({ text: text.slice(0, end) })
      expect(findings(root)).toEqual([])
    }
  })

  test('shows raw HTML as the text that it is', () => {
    const { wrapper } = render('<script>alert(1)</script>\n\nand <img src=x onerror=alert(1)>.')
    expect(wrapper.text()).toContain('<script>alert(1)</script>')
    expect(wrapper.text()).toContain('and <img src=x onerror=alert(1)>.')
  })

  test('makes no link of any refused address', () => {
    const { wrapper } = render(fixture('refused-links'))
    expect(wrapper.findAll('a').map((link) => link.attributes('href'))).toEqual([])
  })

  test('draws no formula that links, loads or styles', async () => {
    const { wrapper } = render(fixture('formulas'))
    await drawn()
    expect(wrapper.findAll('a, img, [id="app"], .fixed, [data-a], [style*="fixed"]').length).toBe(0)
    expect(wrapper.findAll('.katex').length).toBeGreaterThan(0)
  })
})

describe('links', () => {
  test('of the web and of mail stay links, pictures are links to them', () => {
    const { wrapper } = render(fixture('allowed-links'))
    expect(wrapper.findAll('a').map((link) => link.attributes('href'))).toEqual([
      'https://example.com/path?q=1#part',
      'http://example.com/',
      'mailto:someone@example.com',
      'https://example.com/',
      'https://example.com/literal',
      'http://www.example.com/',
      'mailto:someone@example.com',
      'https://xn--fsqu00a.xn--0zwm56d/%E8%B7%AF%E5%BE%84',
      'https://example.com/reference',
      'https://example.com/picture.png',
    ])
    expect(wrapper.findAll('img').length).toBe(0)
  })

  test('are opened by the app and never followed by the page', async () => {
    const { wrapper, root, opened } = render('[a](https://example.com)')
    const events: Event[] = []
    root.addEventListener('click', (event: Event) => events.push(event))
    root.addEventListener('auxclick', (event: Event) => events.push(event))
    await wrapper.get('a').trigger('click')
    await wrapper.get('a').trigger('auxclick')
    expect(opened).toEqual(['https://example.com/', 'https://example.com/'])
    expect(events.map((event) => event.defaultPrevented)).toEqual([true, true])
  })
})
