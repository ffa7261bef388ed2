import type { ChatMessage } from '../../shared/engine-api.ts'
import { type ChoiceForm, type ChoiceItem, letters } from './choice-item.ts'

interface Words {
  introduction: (subject: string) => string
  answer: string
  /** Put behind what the model has thought, so that a letter must follow. */
  conclusion: string
}

/** The Chinese conclusion is that of the official evaluation (`evaluation/evaluate_ceval.py`). */
const wordsOf: Record<ChoiceForm, Words> = {
  ceval: {
    introduction: (subject) => `以下是关于${subject}考试的单项选择题，请选出其中的正确答案。`,
    answer: '答案：',
    conclusion: '\n综上所述，ABCD中正确的选项是：',
  },
  mmlu: {
    introduction: (subject) =>
      `The following is a multiple choice question about ${subject}. Choose the right answer.`,
    answer: 'Answer:',
    conclusion: '\nTherefore, among A through D, the right answer is:',
  },
}

function asked(form: ChoiceForm, { subject, question, choices }: ChoiceItem): string {
  const { introduction, answer } = wordsOf[form]
  const lines = letters.map((letter) => `${letter}. ${choices[letter]}`)
  return [introduction(subject.replaceAll('_', ' ')), '', question, ...lines, answer].join('\n')
}

/** A conversation that ends with the question; each example is a round of it, answered by its letter. */
export function choiceMessages(
  form: ChoiceForm,
  item: ChoiceItem,
  examples: ChoiceItem[],
): ChatMessage[] {
  const rounds = examples.flatMap((example): ChatMessage[] => [
    { role: 'user', content: asked(form, example) },
    { role: 'assistant', content: example.answer },
  ])
  return [...rounds, { role: 'user', content: asked(form, item) }]
}

export const conclusionOf = (form: ChoiceForm): string => wordsOf[form].conclusion
