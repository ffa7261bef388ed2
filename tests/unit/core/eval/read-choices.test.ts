import { expect, test } from 'vitest'
import { choiceMessages } from '../../../../src-main/core/eval/choice-messages.ts'
import { readChoices } from '../../../../src-main/core/eval/read-choices.ts'
import { writeNewFile as write } from '../../../fakes/new-folder.ts'

const ceval = `\uFEFFid,question,A,B,C,D,answer,explanation
0,水的沸点是？,"100 ℃, 在海平面",0 ℃,50 ℃,200 ℃,A,常识
7,一年有几个季节？,两个,三个,四个,五个,C,
`

test('reads the form of C-Eval, with the subject of its file', async () => {
  const { form, items } = await readChoices([write('physics_val.csv', ceval)])
  expect(form).toBe('ceval')
  expect(items).toMatchObject([
    { id: 'physics_val/0', subject: 'physics', answer: 'A', choices: { A: '100 ℃, 在海平面' } },
    { id: 'physics_val/7', question: '一年有几个季节？', answer: 'C' },
  ])
})

test('reads the form of MMLU, which has no head line', async () => {
  const history = write(
    'world_history_test.csv',
    '"Who, then?",Ann,Bob,Cid,Dan,B\nWhere?,a,b,c,d,D\n',
  )
  const stars = write('astronomy_test.csv', 'What is a star?,a,b,c,d,A\n')
  const { form, items } = await readChoices([stars, history])
  expect(form).toBe('mmlu')
  expect(items.map(({ id }) => id)).toEqual([
    'astronomy_test/0',
    'world_history_test/0',
    'world_history_test/1',
  ])
  const [, item, example] = items
  if (!item || !example) throw new Error('Questions are missing.')
  expect(choiceMessages('mmlu', item, [example])).toEqual([
    {
      role: 'user',
      content:
        'The following is a multiple choice question about world history. Choose the right answer.\n\nWhere?\nA. a\nB. b\nC. c\nD. d\nAnswer:',
    },
    { role: 'assistant', content: 'D' },
    {
      role: 'user',
      content:
        'The following is a multiple choice question about world history. Choose the right answer.\n\nWho, then?\nA. Ann\nB. Bob\nC. Cid\nD. Dan\nAnswer:',
    },
  ])
})

test.each([
  ['an answer that is no letter', 'law_val.csv', 'Q,a,b,c,d,A\nQ,a,b,c,d,E\n', 'Question 2'],
  ['a choice that is missing', 'law_val.csv', 'Q,a,b,,d,A\n', 'Question 1'],
  ['another table', 'law_val.csv', 'name,age\nAnn,30\n', 'Question 1'],
  ['a quote without an end', 'law_val.csv', '"Q,a,b,c,d,A\n', 'Question 1'],
])('names the question with %s', async (_, name, content, where) => {
  const file = write(name, content)
  await expect(readChoices([file])).rejects.toMatchObject({ code: 'eval.unknown_form' })
  await expect(readChoices([file])).rejects.toThrow(`${where} of ${file}`)
})
