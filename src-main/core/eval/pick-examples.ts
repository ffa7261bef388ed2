import { AppError } from '../../shared/errors.ts'

interface Asked {
  subject: string
  question: string
}

/**
 * The first examples of a question's subject, but never the question itself. Throws AppError
 * `eval.no_examples` where there is none, so that nobody believes that there were some.
 */
export function pickExamples<Example extends Asked>(
  { subject, question }: Asked,
  examples: Example[],
  shots: number,
): Example[] {
  if (shots === 0) return []
  const others = examples.filter((one) => one.subject === subject && one.question !== question)
  if (others.length > 0) return others.slice(0, shots)
  throw new AppError(
    'eval.no_examples',
    `There is no solved example for ${subject}. Name examples of the same set, or ask without any.`,
  )
}
