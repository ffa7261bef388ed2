// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'
import ModelCatalogue from '../../../../src-renderer/components/models/ModelCatalogue.vue'
import { byFamily, recommendedId } from '../../../../src-renderer/composables/recommended-model.ts'
import {
  downloadBytes,
  isLossless,
} from '../../../../src-renderer/composables/use-catalogue-words.ts'
import { useCatalogueStore } from '../../../../src-renderer/stores/catalogue.ts'
import type { FakeAnswers } from '../fake-bridge.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'
import { codeModel, fullModel, sampleCatalogue, smallModel } from './sample-models.ts'

enableAutoUnmount(afterEach)

const gigabyte = 2 ** 30
const text = () => document.body.textContent

async function mountCatalogue(answers: FakeAnswers = {}) {
  const app = await mountInApp(ModelCatalogue, { answers })
  await useCatalogueStore().read()
  await flushPromises()
  return app
}

async function press(name: string) {
  findByName('button', name).click()
  await flushPromises()
}

test('recommends INT4 unless there is memory for much more, also where a little of it is not reported', () => {
  expect(recommendedId(8 * gigabyte)).toBe('chatglm2-6b-int4')
  expect(recommendedId(15.6 * gigabyte)).toBe('chatglm2-6b-int4')
  expect(recommendedId(32 * gigabyte)).toBe('chatglm2-6b-int4')
  expect(recommendedId(47.5 * gigabyte)).toBe('chatglm2-6b')
  expect(recommendedId(64 * gigabyte)).toBe('chatglm2-6b')
})

test('puts the recommended model and its family first', () => {
  const families = byFamily(sampleCatalogue, smallModel.id)
  expect(families.map(({ models }) => models.map(({ id }) => id))).toEqual([
    [smallModel.id, fullModel.id],
    [codeModel.id],
  ])
})

test('knows which conversion loses nothing', () => {
  expect(isLossless(smallModel, 'q4_0')).toBe(true)
  expect(isLossless(fullModel, 'bf16')).toBe(true)
  expect(isLossless(fullModel, 'source')).toBe(true)
  expect(isLossless(fullModel, 'q4_0')).toBe(false)
  expect(isLossless(fullModel, 'f16')).toBe(false)
})

test('says about how much there is to fetch where only the source knows', () => {
  expect(downloadBytes(smallModel)).toEqual({ bytes: 3_923_712_365, isExact: true })
  expect(downloadBytes(codeModel)).toEqual({ bytes: 12_487_168_000, isExact: false })
})

test('shows the licence before the first download, and never again', async () => {
  const { askedFor } = await mountCatalogue({
    'licence.accept': () => null,
    'download.start': () => null,
  })
  await press(`Download ${smallModel.name}`)
  expect(text()).toContain('Terms of GLM.')
  expect(() => findByName('button', 'Download')).toThrow()
  await press('Cancel')
  expect(askedFor('licence.accept')).toEqual([])

  await press(`Download ${smallModel.name}`)
  await press('Accept and go on')
  await press('Download')
  expect(askedFor('licence.accept')).toEqual([{ licenceId: 'glm' }])
  expect(askedFor('download.start')).toHaveLength(1)

  await press(`Download ${fullModel.name}`)
  expect(text()).not.toContain('Terms of GLM.')
  await press('Download')
  expect(askedFor('download.start')).toMatchObject([
    { choice: { catalogueId: smallModel.id, convertTo: 'q4_0' } },
    { choice: { catalogueId: fullModel.id, convertTo: 'q4_k_m' } },
  ])
})

test('stays open when a download could not be started', async () => {
  await mountCatalogue({
    'catalogue.read': () => ({ catalogue: sampleCatalogue, acceptedLicenceIds: ['glm'] }),
  })
  await press(`Download ${smallModel.name}`)
  await press('Download')
  expect(document.querySelector('[role=dialog]')).not.toBeNull()
  expect(text()).toContain('Nobody answers download.start.')
})
