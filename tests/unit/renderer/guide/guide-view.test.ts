// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { useRoute } from 'vue-router'
import type { Locale } from '@shared/settings.ts'
import { chapterNames } from '../../../../src-renderer/components/guide/guide-chapters.ts'
import GuideView from '../../../../src-renderer/views/GuideView.vue'
import { mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)

/** The page as the router shows it. */
const page = defineComponent(() => {
  const route = useRoute()
  return () => h(GuideView, { chapter: String(route.params['chapter'] ?? '') })
})

async function openGuide(locale: Locale = 'en') {
  const app = await mountInApp(page, { locale })
  await app.router.push('/guide')
  await vi.waitFor(() => expect(app.wrapper.find('article h1').exists()).toBe(true))
  const heading = () => app.wrapper.find('article h1').text()
  const search = async (text: string) => {
    await app.wrapper.find('input').setValue(text)
    await flushPromises()
  }
  return { ...app, heading, search }
}

test('lists the chapters and shows the one that is chosen', async () => {
  const { wrapper, heading } = await openGuide()
  expect(heading()).toBe('First start')
  const links = wrapper.findAll('nav a')
  expect(links).toHaveLength(chapterNames.length)
  await links.find((link) => link.text() === 'Privacy')?.trigger('click')
  await vi.waitFor(() => expect(heading()).toBe('Privacy'))
  expect(wrapper.find('nav [aria-current=page]').text()).toBe('Privacy')
})

test('goes to the heading of a place that was found', async () => {
  const { wrapper, search, router } = await openGuide()
  await search('context is full')
  expect(wrapper.find('[role=status]').text()).toMatch(/^Found/)
  await wrapper.find('.hits a').trigger('click')
  await vi.waitFor(() => expect(router.currentRoute.value.params['chapter']).toBe('chatting'))
  await vi.waitFor(() =>
    expect(document.activeElement?.textContent).toBe('When the context is full'),
  )
})

test('leaves the reading place in the search while words are typed and taken back', async () => {
  const { wrapper, search } = await openGuide()
  const input = wrapper.find('input').element
  input.focus()
  await search('backup')
  await search('')
  expect(document.activeElement).toBe(input)
})

test('leads from one chapter to another', async () => {
  const { wrapper, heading } = await openGuide()
  const link = wrapper.find('article a[href="#/guide/models"]')
  await link.trigger('click')
  await vi.waitFor(() => expect(heading()).toBe('Models'))
})

test('says so where it is not written in the language of the app', async () => {
  const { wrapper, heading } = await openGuide('zh-TW')
  expect(heading()).toBe('首次启动')
  expect(wrapper.text()).toContain('使用指南目前只有簡體中文與英文')
  expect((await openGuide('zh-CN')).wrapper.text()).not.toContain('使用指南有简体中文和英文两种')
})
