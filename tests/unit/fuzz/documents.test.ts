import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readDocument } from '../../../src-main/core/documents/read-document.ts'
import { AppError } from '../../../src-main/shared/errors.ts'
import { docxOf, drawnPageEnd, pdfOf } from '../../fakes/documents.ts'

const filesOfEach = 150
const cmapsFolder = join(import.meta.dirname, '../../../resources/pdf-cmaps')

const place = fc.noBias(fc.integer({ min: 0, max: 99_999 }))
/** Some bytes are changed, then perhaps the end is cut off. */
const damage = fc.record({
  changes: fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { maxLength: 6 }),
  keeps: fc.oneof(fc.constant(100_000), place),
})

test.each([
  ['a PDF', async () => pdfOf(['苹果好吃。\n香蕉也好吃。', '第二页'])],
  [
    'a Word file',
    () => docxOf(['苹果好吃。', drawnPageEnd, 'Pears & plums'.replace('&', '&amp;')]),
  ],
] as const)(
  'damaged bytes of %s are read or refused with a sentence',
  async (name, make) => {
    const sound = await make()
    const outcomes = { read: 0, refused: 0 }
    await fc.assert(
      fc.asyncProperty(damage, async ({ changes, keeps }) => {
        const bytes = Buffer.from(sound.subarray(0, Math.ceil((sound.length * keeps) / 100_000)))
        for (const [where, bits] of changes) {
          const index = Math.floor((bytes.length * where) / 100_000)
          bytes[index] = (bytes[index] ?? 0) ^ bits
        }
        try {
          const { pages } = await readDocument(bytes, cmapsFolder)
          expect(pages.join('')).not.toMatch(/\p{Cs}|[^\P{Cc}\s]/u)
          outcomes.read++
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
          outcomes.refused++
        }
      }),
      { numRuns: filesOfEach, seed: 20232 },
    )
    expect(outcomes.read).toBeGreaterThan(5)
    expect(outcomes.refused).toBeGreaterThan(5)
    process.stdout.write(
      `${filesOfEach} damaged copies of ${name}: ${outcomes.read} read, ${outcomes.refused} refused\n`,
    )
  },
  120_000,
)
