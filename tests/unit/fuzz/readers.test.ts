import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError } from 'commander'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { numberOf } from '../../../src-main/cli/options.ts'
import { settingsSchema } from '../../../src-main/core/app/app-params.ts'
import { CatalogueService } from '../../../src-main/core/catalogue/catalogue-service.ts'
import { samplingSchema } from '../../../src-main/core/engine/engine-messages.ts'
import { SettingsService } from '../../../src-main/core/settings/settings-service.ts'
import type { StoreClient } from '../../../src-main/core/store/store-client.ts'
import { openedByArguments } from '../../../src-main/electron/opened-from-outside.ts'
import corpus from '../../fixtures/hostile-texts.json' with { type: 'json' }
import { mutation } from './mutations.ts'
import { garbage } from './values-of-schema.ts'

const shippedFile = join(import.meta.dirname, '../../../resources/catalogue/catalogue.json')
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chatglm-readers-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** The kept texts as they are, and changes of them. */
const textsLike = (kept: readonly string[]) =>
  fc.oneof(
    fc.tuple(fc.constantFrom(...kept), mutation).map(([text, mutate]) => mutate(text)),
    fc.string({ unit: 'binary' }),
  )

test('a catalogue of the person’s own is taken, or the shipped one stays', async () => {
  const ownFile = join(folder, 'catalogue.json')
  const silent = { info: () => undefined, error: () => undefined }
  const shipped = await new CatalogueService(shippedFile, join(folder, 'none'), silent).read()
  const outcomes = { own: 0, shipped: 0 }
  const read = async (text: string) => {
    await writeFile(ownFile, text)
    const catalogue = await new CatalogueService(shippedFile, ownFile, silent).read()
    outcomes[catalogue.updated === shipped.updated ? 'shipped' : 'own']++
    for (const { path } of catalogue.models.flatMap(({ files }) => files))
      expect(path.split('/').every((part) => /^[\w-]/.test(part))).toBe(true)
  }
  for (const text of corpus.catalogue) await read(text)
  // The first is sound; its files or licences lead outside in the others.
  expect(outcomes).toEqual({ own: 1, shipped: corpus.catalogue.length - 1 })
  const texts = textsLike(corpus.catalogue)
  await fc.assert(fc.asyncProperty(texts, read), { numRuns: 300, seed: 20231 })
}, 300_000)

test('arguments of a start open a chat, a text, chats or a model, whatever they are', () => {
  const opened: Record<string, number> = {}
  const open = (argument: string) => {
    const found = openedByArguments(['chatglm', argument], folder)
    opened[found.type] = (opened[found.type] ?? 0) + 1
    if (found.type === 'open_chat') expect(found.chatId).toMatch(/^[\w-]{1,64}$/)
    if (found.type === 'new_chat') expect(found.text.length).toBeLessThanOrEqual(4096)
    if (found.type === 'open_model') expect(found.path).toMatch(/^\/[^\0]*\.gguf$/i)
    if (found.type === 'open_chats') expect(found.path).toMatch(/^\/[^\0]*\.chatglm$/i)
  }
  for (const argument of corpus.arguments) open(argument)
  fc.assert(fc.property(textsLike(corpus.arguments), open), { numRuns: 3000, seed: 20232 })
  const kinds = ['ignored', 'new_chat', 'open_chat', 'open_chats', 'open_model']
  expect(Object.keys(opened).sort()).toEqual(kinds)
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
  const numbers = fc.oneof(textsLike(corpus.numbers), fc.double().map(String))
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
