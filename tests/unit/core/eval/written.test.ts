import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSet } from '../../../../src-main/core/eval/open-set.ts'
import { readSolutions, readTasks } from '../../../../src-main/core/eval/read-written.ts'
import { readExamples } from '../../../../src-main/core/eval/written-examples.ts'
import { writtenMessages } from '../../../../src-main/core/eval/written-questions.ts'
import { newFolder, writeNewFile as write } from '../../../fakes/new-folder.ts'

const fixture = (name: string) => join(import.meta.dirname, '../../../fixtures/eval', name)

test('reads problems with their numbers, and solved ones end as the model is to end', async () => {
  const problems = await readSolutions([fixture('gsm8k.jsonl')])
  expect(problems.map(({ id, answer }) => [id, answer])).toEqual([
    ['gsm8k/1', '22'],
    ['gsm8k/2', '1,250'],
    ['gsm8k/3', '7.5'],
    ['gsm8k/4', '17'],
  ])
  const [english, chinese] = await readExamples(fixture('gsm8k-examples.jsonl'))
  expect(english?.reply).toBe('He has 3 * 4 = 12 pens. The answer is 12.')
  expect(chinese?.reply).toBe('2 * 5 = 10 元。 答案是 10。')
})

test('reads tasks, and their prompts as rounds behind what the task is about', async () => {
  const [item] = await readTasks([fixture('bbh/weekday_shift.json')])
  const examples = await readExamples(fixture('cot-prompts'))
  const shown = examples.filter(({ subject }) => subject === 'weekday_shift')
  if (!item) throw new Error('There is no question.')
  expect(item).toMatchObject({ id: 'weekday_shift/0', answer: '(B)' })
  expect(writtenMessages('bbh', item.question, shown)).toEqual([
    {
      role: 'user',
      content:
        'Count the days.\n\nToday is Friday. Which day is it in 2 days?\nOptions:\n(A) Saturday\n(B) Sunday',
    },
    {
      role: 'assistant',
      content:
        "Let's think step by step.\nOne day after Friday is Saturday, and a day after that is Sunday. So the answer is (B).",
    },
    {
      role: 'user',
      content: 'Today is Tuesday. Which day was it yesterday?\nOptions:\n(A) Monday\n(B) Sunday',
    },
    {
      role: 'assistant',
      content: "Let's think step by step.\nThe day before Tuesday is Monday. So the answer is (A).",
    },
    { role: 'user', content: item.question },
  ])
})

test.each([
  ['gsm8k', 'How many?', 'Think step by step. End with "The answer is" and the number.'],
  ['gsm8k', '有几个？', '请一步一步地思考，最后写“答案是”和得出的数字。'],
  ['bbh', 'Is it on?', 'Think step by step. End with "So the answer is" and the answer.'],
] as const)('without examples, %s is told how to end "%s"', (form, question, request) => {
  expect(writtenMessages(form, question, [])).toEqual([
    { role: 'user', content: `${question}\n\n${request}` },
  ])
})

test('takes the examples of a task from another file of its form, too', async () => {
  const [example] = await readExamples(fixture('bbh/light_switch.json'))
  expect(example).toMatchObject({ subject: 'light_switch', reply: 'So the answer is No.' })
})

const unexamined = { shots: 0, method: 'reason' as const, examples: null, limit: null }

test.each([
  ['ceval', 'ceval/seasons_val.csv', 2],
  ['mmlu', 'mmlu/test', 2],
  ['gsm8k', 'gsm8k.jsonl', 4],
  ['bbh', 'bbh', 4],
])('knows the form of %s', async (form, name, count) => {
  const set = await openSet({ questions: fixture(name), ...unexamined })
  expect(set).toMatchObject({ form, questions: { length: count } })
})

test.each([
  ['a line that is no JSON', 'a.jsonl', '{"question": "Q", "answer": "#### 1"}\nno', 'Line 2 of '],
  ['an answer without its mark', 'a.jsonl', '{"question": "Q", "answer": "1"}', 'Line 1 of '],
  ['an answer without a number', 'a.jsonl', '{"question": "Q", "answer": "#### ?"}', 'Line 1 of '],
  ['a task without examples', 'a.json', '{"examples": []}', 'The content of '],
  ['a task that is cut off', 'a.json', '{"examples": [', 'The content of '],
])('names the place of %s', async (_, name, content, where) => {
  const file = write(name, content)
  const opened = openSet({ questions: file, ...unexamined })
  await expect(opened).rejects.toMatchObject({ code: 'eval.unknown_form' })
  await expect(opened).rejects.toThrow(`${where}${file}`)
})

test('takes a part of a set evenly, and the same part each time', async () => {
  const lines = Array.from({ length: 10 }, (_, at) => `{"question": "${at}", "answer": "#### 1"}`)
  const questions = write('many.jsonl', lines.join('\n'))
  const idsOf = async (limit: number) =>
    (await openSet({ questions, ...unexamined, limit })).questions.map(({ id }) => id)
  expect(await idsOf(3)).toEqual(['many/1', 'many/4', 'many/7'])
  expect(await idsOf(99)).toHaveLength(10)
})

test('says what is missing or too much', async () => {
  const open = (questions: string, more: object = {}) =>
    openSet({ questions, ...unexamined, ...more })
  const folder = newFolder()
  await expect(open(folder)).rejects.toMatchObject({ code: 'eval.empty' })
  await expect(open(join(folder, 'none'))).rejects.toMatchObject({ code: 'eval.not_found' })
  const empty = join(folder, 'a.jsonl')
  writeFileSync(empty, '\n')
  await expect(open(empty)).rejects.toMatchObject({ code: 'eval.empty' })
  writeFileSync(join(folder, 'b.json'), '{"examples": [{"input": "a", "target": "b"}]}')
  await expect(open(folder)).rejects.toMatchObject({ code: 'eval.mixed' })
  await expect(open(fixture('gsm8k.jsonl'), { method: 'letter' })).rejects.toMatchObject({
    code: 'eval.no_letters',
  })
  await expect(open(fixture('bbh'), { shots: 1 })).rejects.toMatchObject({
    code: 'eval.no_examples',
  })
  const other = { shots: 1, examples: fixture('cot-prompts/light_switch.txt') }
  await expect(open(fixture('bbh'), other)).rejects.toMatchObject({ code: 'eval.no_examples' })
})
