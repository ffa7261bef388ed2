// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Download } from '@shared/downloads.ts'
import { downloadId, modelId } from '@shared/ids.ts'
import DownloadNews from '../../../../src-renderer/components/downloads/DownloadNews.vue'
import DownloadsLine from '../../../../src-renderer/components/downloads/DownloadsLine.vue'
import { downloadNews } from '../../../../src-renderer/composables/download-announcement.ts'
import type { FakeAnswers } from '../fake-bridge.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { downloadOf, smallModel } from './sample-models.ts'

enableAutoUnmount(afterEach)

const running = downloadOf({ type: 'running', step: 'downloading', source: 'hf_mirror' })
const failure = { code: 'download.refused', message: 'The English of the app.' }
const page = defineComponent(() => () => [h(DownloadsLine), h(DownloadNews)])
const text = () => document.body.textContent

async function mountDownloads(downloads: Download[], answers: FakeAnswers = {}) {
  const app = await mountInApp(page, {
    answers: { 'download.list': () => downloads, ...answers },
  })
  await flushPromises()
  return app
}

/** Opens the list of all downloads by its line. */
async function openList() {
  document.querySelector<HTMLElement>('button.line')?.click()
  await flushPromises()
}

test('shows a line only while something is on its way', async () => {
  const { emit } = await mountDownloads([downloadOf({ type: 'finished', modelId: modelId('a') })])
  expect(document.querySelector('.line')).toBeNull()
  emit('downloads.changed', { downloads: [running] })
  await flushPromises()
  expect(document.querySelector('.line')?.textContent).toContain('25% · 12.4 MB/s')
})

test('says bytes, speed, time left and where a download comes from, and pauses it', async () => {
  const { askedFor } = await mountDownloads([running], { 'download.pause': () => null })
  await openList()
  expect(text()).toContain('Downloading from hf-mirror.com')
  expect(text()).toContain('2 GB of 8 GB · 12.4 MB/s · 3 min left')
  findByName('button', `Pause ${smallModel.name}`).click()
  await flushPromises()
  expect(askedFor('download.pause')).toEqual([{ downloadId: running.id }])
})

test('says why a download failed, and tries it again', async () => {
  const { askedFor } = await mountDownloads([downloadOf({ type: 'failed', failure })], {
    'download.resume': () => null,
  })
  await openList()
  expect(text()).toContain('The source refuses to send this model.')
  findByName('button', `Try again: ${smallModel.name}`).click()
  await flushPromises()
  expect(askedFor('download.resume')).toHaveLength(1)
})

test('says when a download that waits is tried again', async () => {
  const retryAtMs = Date.now() + 3_600_000
  await mountDownloads([downloadOf({ type: 'waiting', failure, retryAtMs })])
  await openList()
  expect(text()).toMatch(/Next try in (3600|359\d) s\./)
})

test('tells screen readers that a download began, and everybody that it arrived', async () => {
  const { emit, askedFor } = await mountDownloads([], { 'model.load': () => null })
  emit('downloads.changed', { downloads: [running] })
  await flushPromises()
  expect(document.querySelector('[role=status]')?.textContent).toBe(
    `The download of ${smallModel.name} has begun.`,
  )
  emit('downloads.changed', {
    downloads: [downloadOf({ type: 'finished', modelId: modelId('a') })],
  })
  await flushPromises()
  expect(text()).toContain(`${smallModel.name} is on this computer.`)
  findByName('button', 'Load and chat').click()
  await flushPromises()
  expect(askedFor('model.load')).toEqual([{ modelId: 'a' }])
})

test('has no news of progress, of what was there before, and of what was paused', () => {
  const later = { ...running, progress: { ...running.progress, doneBytes: 3e9 } }
  const other = downloadOf({ type: 'queued' }, { id: downloadId('other') })
  expect(downloadNews([running], [later])).toEqual([])
  expect(downloadNews([running], [downloadOf({ type: 'paused' })])).toEqual([])
  expect(downloadNews([running], [])).toEqual([])
  expect(downloadNews([running], [later, other])).toEqual([{ download: other, type: 'started' }])
})
