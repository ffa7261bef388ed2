import { expect, test } from 'vitest'
import { judgeWritten } from '../../../../src-main/core/eval/judge-written.ts'

test.each([
  ['3 * 4 = 12. The answer is 12.', '12', '12', true],
  ['So she pays $1,234.50.', '1234.5', '1234.50', true],
  ['#### 1,250', '1,250', '1250', true],
  ['答案是 17。', '17', '17', true],
  ['共17个苹果', '17', '17', true],
  ['It falls to -$3', '-3', '-3', true],
  ['It falls to −3 °C.', '-3', '-3', true],
  ['That leaves 10-7', '-7', '7', false],
  ['The pages 3,4', '34', '4', false],
  ['The answer is 12, not 13', '12', '13', false],
  ['I do not know.', '12', null, false],
  ['', '12', null, false],
])('the last number of "%s" is compared with %s', (reply, answer, chosen, correct) => {
  expect(judgeWritten('gsm8k', reply, answer)).toEqual({ chosen, correct })
})

test.each([
  ['Thursday follows. So the answer is (B).', '(B)', '(B)', true],
  ['So the answer is B.', '(B)', '(B)', true],
  ['The answer is: **(B) Thursday**', '(B)', '(B)', true],
  ['(A) is wrong. So the answer is (B). Is the answer is (C)?', '(B)', '(B)', true],
  ['It must be (A), since (B) is wrong.', '(B)', '(A)', false],
  ['None of them fits', '(B)', null, false],
  ['So the answer is Yes.', 'yes', 'Yes', true],
  ['the Answer is **no**, since it is off.', 'No', 'no', true],
  ['So the answer is not known.', 'No', 'not', false],
  ['So the answer is > ) ].', '> ) ]', '> ) ]', true],
  ['So the answer is apple  Pear\nThat is all.', 'apple pear', 'apple  Pear', true],
  ['So the answer is -98.', '-98', '-98', true],
  ['No\nsince it is off', 'No', 'No', true],
  ['So the answer is ', 'No', null, false],
])('what "%s" says is compared with %s', (reply, answer, chosen, correct) => {
  expect(judgeWritten('bbh', reply, answer)).toEqual({ chosen, correct })
})
