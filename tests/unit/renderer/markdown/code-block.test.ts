// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, test, vi } from 'vitest'
import CodeBlock from '../../../../src-renderer/components/markdown/CodeBlock.vue'
import { findLanguage } from '../../../../src-renderer/components/markdown/code-languages.ts'
import {
  HighlightedCode,
  type CodeLine,
  longestHighlighted,
} from '../../../../src-renderer/components/markdown/highlighted-code.ts'
import { createAppI18n } from '../../../../src-renderer/i18n.ts'
import { InProcessWorker } from './in-process-worker.ts'

/** Colours each line as one piece, and remembers which it was given. */
function colorAll(code: HighlightedCode, atMost: number, seen: string[] = []): void {
  const lines = code.nextLines(atMost)
  seen.push(...lines)
  code.color(lines.map((text): CodeLine => [{ text, style: { color: 'red' } }]))
}

const textOf = (code: HighlightedCode): string =>
  code.chunks
    .flatMap((lines) => lines.map((line) => `${line.map(({ text }) => text).join('')}\n`))
    .join('') + code.partial

describe('code that grows', () => {
  test('is coloured line by line, and no line twice', () => {
    const code = new HighlightedCode()
    const seen: string[] = []
    const text = Array.from({ length: 130 }, (_, line) => `line ${line}`).join('\n')
    for (let end = 0; end <= text.length; end += 5) {
      code.update(text.slice(0, end), false)
      colorAll(code, 20, seen)
      expect(textOf(code)).toBe(text.slice(0, end))
    }
    code.update(text, true)
    colorAll(code, 1_000, seen)
    expect(seen).toEqual(text.split('\n'))
    expect(code.isWaiting).toBe(false)
  })

  test('keeps the groups of lines that did not change', () => {
    const code = new HighlightedCode()
    code.update('a\n'.repeat(120), false)
    const before = code.chunks
    code.update('a\n'.repeat(121), false)
    expect(code.chunks[0]).toBe(before[0])
    expect(code.chunks[1]).toBe(before[1])
    expect(code.chunks[2]).not.toBe(before[2])
  })

  test('loses its colours when it becomes too long for them', () => {
    const code = new HighlightedCode()
    code.update('a\n'.repeat(100), false)
    colorAll(code, 100)
    code.update('a\n'.repeat(longestHighlighted + 1), false)
    expect(code.isWaiting).toBe(false)
    expect(code.chunks.flat(2).some(({ style }) => style !== undefined)).toBe(false)
  })

  test('starts anew when it is another', () => {
    const code = new HighlightedCode()
    code.update('one\ntwo\n', false)
    expect(code.update('three\n', true)).toBe(false)
    expect(textOf(code)).toBe('three\n')
  })
})

describe('a block of code', () => {
  const mountBlock = (code: string, language: string, isOpen = false) =>
    mount(CodeBlock, {
      props: { code, language, isOpen },
      global: { plugins: [createAppI18n('en')] },
      attachTo: document.body,
    })

  vi.stubGlobal('Worker', InProcessWorker)
  afterEach(() => {
    document.body.replaceChildren()
  })

  test('names its language and shows its text at once, its colours when they are loaded', async () => {
    const block = mountBlock('def f(x):\n    return x', 'py')
    expect(block.get('.language').text()).toBe('Python')
    expect(block.get('code').element.textContent).toBe('def f(x):\n    return x\n')
    await vi.waitFor(() => expect(block.findAll('.token').length).toBeGreaterThan(2), 15_000)
    expect(block.get('code').element.textContent).toBe('def f(x):\n    return x\n')
    expect(block.get('.token').attributes('style')).toContain('--shiki-dark')
  })

  test('folds when it is long, but not while it is written', async () => {
    const block = mountBlock('line\n'.repeat(60), '', true)
    expect(block.find('.unfold').exists()).toBe(false)
    await block.setProps({ isOpen: false })
    expect(block.get('pre').classes()).toContain('folded')
    expect(block.get('.unfold').text()).toBe('Show all 60 lines')
    await block.get('.unfold').trigger('click')
    expect(block.get('pre').classes()).not.toContain('folded')
  })

  test('wraps long lines on request', async () => {
    const block = mountBlock('x', 'text')
    await block.get('[aria-label="Wrap long lines"]').trigger('click')
    expect(block.get('pre').classes()).toContain('wrapped')
  })

  test('takes no property of objects for a language', () => {
    expect(['constructor', '__proto__', 'toString'].map(findLanguage)).toEqual([null, null, null])
  })
})
