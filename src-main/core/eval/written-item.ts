/** GSM8K asks for a number; of BIG-Bench Hard each task asks for something else. */
export type WrittenForm = 'gsm8k' | 'bbh'

/** A question that is answered in words. */
export interface WrittenItem {
  /** Its file and its number there, which stay the same from run to run. */
  id: string
  subject: string
  question: string
  answer: string
}

/** A question with a reply that leads to its answer. */
export interface WrittenExample {
  subject: string
  question: string
  reply: string
  /** What stands before the first of a task's examples; may be empty. */
  introduction: string
}
