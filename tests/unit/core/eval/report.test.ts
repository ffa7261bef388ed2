import { Window } from 'happy-dom'
import { expect, test } from 'vitest'
import { evalReport } from '../../../../src-main/core/eval/eval-report.ts'
import { reportPage } from '../../../../src-main/core/eval/report/report-page.ts'
import type { EvalSettings } from '../../../../src-main/core/eval/eval-result.ts'

const hostile = '<img src="https://example.org/a.png"> & "more"'

/** A report on `correct` right answers of ten, twice; the second subject has a strange name. */
function report(correct: number, form: EvalSettings['form'], unanswered = 0): string {
  const results = ['world_history', hostile].flatMap((subject) =>
    Array.from({ length: 10 }, (_, index) => {
      return {
        id: `${subject}/${index}`,
        subject,
        answer: '',
        chosen: '',
        correct: index < correct,
        reply: '',
      }
    }),
  )
  const settings = { form, model: 'my-model', method: 'reason' as const, shots: 8 }
  const writtenAt = new Date('2024-02-03T04:05:06Z')
  return reportPage({ settings, report: evalReport(results), unanswered, writtenAt })
}

function open(html: string) {
  const { document } = new Window()
  document.write(html)
  const all = (selector: string) => [...document.querySelectorAll(selector)]
  const texts = (selector: string) => all(selector).map(({ textContent }) => textContent)
  const values = (selector: string, name: string) =>
    all(selector).map((element) => element.getAttribute(name))
  const numbers = (selector: string, name: string) => values(selector, name).map(Number)
  return { texts, values, numbers }
}

test('tells and draws shares, bounds and what was published', () => {
  const { texts, numbers } = open(report(5, 'gsm8k', 1))
  expect(texts('h1')).toEqual(['my-model, GSM8K'])
  expect(texts('p')[1]).toContain('With 8 solved examples before each question;')
  expect(texts('p')[1]).toContain('Written on 2024-02-03. Could not be asked, and not counted: 1.')
  const [everything, strange, plain] = texts('tbody tr')
  expect(everything).toBe('All201050.0%29.9%70.1%')
  expect(strange).toBe(`${hostile}10550.0%23.7%76.3%`)
  expect(plain).toBe('world history10550.0%23.7%76.3%')
  expect(texts('tbody tr').slice(3)).toEqual([
    'ChatGLM2-6B, GSM8K with 8 examples28.05%below the bounds: this run did better',
    'ChatGLM2-6B, GSM8K in Chinese with 8 examples20.45%below the bounds: this run did better',
  ])
  // From 0% at 236 to 100% at 660, as the numbers below them say.
  expect(numbers('svg .grid', 'x1')).toEqual([236, 342, 448, 554, 660])
  expect(numbers('svg .bar', 'width')).toEqual([212, 212, 212])
  expect(numbers('svg .bounds', 'x1').slice(0, 3)).toEqual([362.9, 362.9, 533.1])
  expect(numbers('svg .published', 'x1')).toEqual([322.7, 354.9])
})

test('says where a published figure lies', () => {
  expect(open(report(3, 'bbh')).texts('tbody tr').at(-1)).toContain('within the bounds')
  expect(open(report(1, 'ceval')).texts('tbody tr').at(-1)).toContain('above the bounds')
})

test('loads and runs nothing, whatever a subject is called', () => {
  const { texts, values } = open(report(5, 'mmlu'))
  expect(texts('img, script, link, iframe, object, [src], [href]')).toEqual([])
  expect(texts('style').join()).not.toMatch(/url\(|@import/u)
  expect(texts('svg title')[2]).toContain(hostile)
  expect(values('meta[http-equiv]', 'content')).toEqual([
    "default-src 'none'; style-src 'unsafe-inline'",
  ])
})
