/** The letters of the choices, in their order. */
export const letters = ['A', 'B', 'C', 'D'] as const
export type Letter = (typeof letters)[number]

/** A question with four choices, of which one is right. */
export interface ChoiceItem {
  /** Its file and its number there, which stay the same from run to run. */
  id: string
  subject: string
  question: string
  choices: Record<Letter, string>
  answer: Letter
}

/** Those of Chinese questions, and all others. */
export type ChoiceForm = 'ceval' | 'mmlu'

export interface ChoiceSet {
  form: ChoiceForm
  items: ChoiceItem[]
}
