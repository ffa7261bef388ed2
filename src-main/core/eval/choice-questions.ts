import type { ChoiceMethod } from '../../shared/eval-report.ts'
import { answerChoice } from './answer-choice.ts'
import type { ChoiceItem, ChoiceSet } from './choice-item.ts'
import { choiceMessages, conclusionOf } from './choice-messages.ts'
import type { EvalQuestion } from './eval-question.ts'
import { pickExamples } from './pick-examples.ts'

/** The questions of a set with so many examples before each. Throws AppError `eval.no_examples`. */
export function choiceQuestions(
  { form, items }: ChoiceSet,
  { examples, shots, method }: { examples: ChoiceItem[]; shots: number; method: ChoiceMethod },
): EvalQuestion[] {
  return items.map((item) => {
    const { id, subject, answer } = item
    const shown = pickExamples(item, examples, shots)
    return {
      ...{ id, subject, answer },
      async ask(client, signal) {
        const messages = choiceMessages(form, item, shown)
        const asked = { messages, conclusion: conclusionOf(form), method }
        const found = await answerChoice(client, asked, signal)
        return { ...found, correct: found.chosen === answer }
      },
    }
  })
}
