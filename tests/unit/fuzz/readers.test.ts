import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberOf } from '../../../src-main/cli/options.ts'
import { settingsSchema } from '../../../src-main/core/app/app-params.ts'
import { CatalogueService } from '../../../src-main/core/catalogue/catalogue-service.ts'
import { samplingSchema } from '../../../src-main/core/engine/engine-messages.ts'
import { SettingsService } from '../../../src-main/core/settings/settings-service.ts'
import type { StoreClient } from '../../../src-main/core/store/store-client.ts'
import { mutation } from './mutations.ts'
import { garbage } from './values-of-schema.ts'

const corpusFolder = join(import.meta.dirname, '../../fixtures/corpus')

test('a catalogue of the person’s own is taken, or the shipped one stays', async () => {
  const shippedFile = join(import.meta.dirname, '../../../resources/catalogue/catalogue.json')
  const silent = { info: () => undefined, error: () => undefined }
  const read = (ownFile: string) => new CatalogueService(shippedFile, ownFile, silent).read()
  const folder = join(corpusFolder, 'catalogue')
  const shipped = await read(join(folder, 'none'))
  expect((await read(join(folder, 'sound'))).updated).toBe('2099-01-01')
  for (const name of ['leaves-its-folder', 'licence-outside', 'only-version', 'empty'])
    expect(await read(join(folder, name))).toEqual(shipped)
})

test('settings are of their kind, whatever was stored', async () => {
  const stored = fc.dictionary(fc.constantFrom(...Object.keys(settingsSchema.shape)), garbage)
  await fc.assert(
    fc.asyncProperty(stored, async (values) => {
      const store = { ask: async () => values } as unknown as StoreClient
      const settings = new SettingsService(store, { emit: () => undefined } as never)
      await settings.load()
      expect(settingsSchema.safeParse(settings.read()).success).toBe(true)
    }),
    { numRuns: 1000, seed: 20233 },
  )
})

test('a number of the command line is within its bounds, or refused', () => {
  const schemas = Object.values(samplingSchema.shape)
  const kept = ['0.8', '-1', '1e3', '0x10', '1_000', 'Infinity', 'NaN', '9007199254740993', ' 5 ']
  const known = fc.constantFrom(...kept, '1e999', '', '٣')
  const numbers = fc.oneof(
    fc.tuple(known, mutation).map(([text, mutate]) => mutate(text)),
    fc.string({ unit: 'binary' }),
    fc.double().map(String),
  )
  fc.assert(
    fc.property(fc.constantFrom(...schemas), numbers, (schema, text) => {
      try {
        const number = numberOf(schema)(text)
        expect(schema.safeParse(number).success).toBe(true)
      } catch (error) {
        if (!(error instanceof InvalidArgumentError)) throw error
      }
    }),
    { numRuns: 3000, seed: 20234 },
  )
})
