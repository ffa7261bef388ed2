// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, getCurrentInstance, h } from 'vue'
import { warmUpMessages } from '../../../../src-renderer/components/messages/warm-up.ts'
import { createAppI18n } from '../../../../src-renderer/i18n.ts'

afterEach(() => vi.unstubAllGlobals())

test('messages are drawn in idle time, outside the page, and leave nothing', () => {
  const waiting: (() => void)[] = []
  vi.stubGlobal('requestIdleCallback', (run: () => void) => waiting.push(run))
  const page = mount(
    defineComponent({
      setup() {
        const { appContext } = getCurrentInstance() ?? {}
        if (appContext) warmUpMessages(appContext)
        return () => h('p', 'page')
      },
    }),
    { attachTo: document.body, global: { plugins: [createAppI18n('en')] } },
  )
  const before = document.body.innerHTML
  const made = vi.spyOn(document, 'createElement')
  const drawn = () => made.mock.calls.filter(([name]) => name === 'strong').length
  expect(drawn()).toBe(0)
  waiting.shift()?.()
  expect(drawn()).toBeGreaterThan(0)
  let turns = 1
  for (let run = waiting.shift(); run; run = waiting.shift(), turns += 1) run()
  expect(turns).toBeGreaterThan(1)
  expect(document.body.innerHTML).toBe(before)
  page.unmount()
})
