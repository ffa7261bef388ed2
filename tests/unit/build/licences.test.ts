import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { refusedLicences } from '../../../build/licences/allowed-licences.ts'
import { grammarWorks, shippedGrammars } from '../../../build/licences/grammars.ts'
import { noticesFile, noticesOf, shippedWorks } from '../../../build/licences/notices.ts'

const works = await shippedWorks()

test('everything that is shipped may be shipped', () => {
  expect(works.length).toBeGreaterThan(100)
  expect(refusedLicences(works)).toEqual([])
})

test('a licence that asks for more than a notice is refused, and so is an unknown one', () => {
  const works = ['MIT', 'GPL-3.0', 'MIT AND GPL-2.0', 'unknown'].map((licence, index) => ({
    name: `work ${index}`,
    licence,
  }))
  expect(refusedLicences(works)).toEqual([
    'work 1: GPL-3.0',
    'work 2: MIT AND GPL-2.0',
    'work 3: unknown',
  ])
})

test('the notices that are shipped name all of it; "npm run licences" writes them', async () => {
  const shipped = (await readFile(noticesFile, 'utf8')).replaceAll('\r\n', '\n')
  expect(shipped).toBe(noticesOf(works))
})

test('every work has the words of its licence', () => {
  expect(works.filter(({ text }) => text.length < 40)).toEqual([])
})

test('every grammar that colours code has a licence', async () => {
  const licensed = new Set((await grammarWorks()).flatMap(({ grammars }) => grammars))
  const shipped = await shippedGrammars()
  expect(shipped).toContain('python')
  expect(shipped.filter((name) => !licensed.has(name))).toEqual([])
})

test('works under the same words are named together', () => {
  const text = noticesOf([
    { name: 'one', licence: 'MIT', text: 'the words' },
    { name: 'two', licence: 'MIT', text: 'the words' },
    { name: 'three', licence: 'ISC', text: 'the words' },
  ])
  expect(text).toContain('\none\ntwo\n\nMIT\n\nthe words')
  expect(text.match(/the words/g)).toHaveLength(2)
})
