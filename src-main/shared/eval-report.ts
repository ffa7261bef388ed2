/** In whose files the questions came. They differ in form and in how they are asked and judged. */
export const evalForms = ['ceval', 'mmlu', 'gsm8k', 'bbh'] as const
export type EvalForm = (typeof evalForms)[number]

/**
 * How a letter is got. `reason`, as in the official evaluation: the model writes what it thinks, and of
 * the letters the likeliest after the conclusion counts. `letter`: the likeliest at once.
 */
export const choiceMethods = ['reason', 'letter'] as const
export type ChoiceMethod = (typeof choiceMethods)[number]

/** How many of so many were right, and where the true share lies with a likelihood of 95%. */
export interface Accuracy {
  count: number
  correct: number
  /** 0 to 1, as are the bounds; 0 of none. */
  share: number
  low: number
  high: number
}

export interface SubjectAccuracy extends Accuracy {
  subject: string
}

/** What the questions of a set have shown. */
export interface EvalReport {
  all: Accuracy
  subjects: SubjectAccuracy[]
}

/** A figure of the authors, for a whole set. */
export interface PublishedFigure {
  /** By which it is called in the languages of the app. */
  id: string
  name: string
  percent: number
}

/** A mean over tokens and what it may be off by, taken as if tokens were independent. */
export interface TokenMean {
  mean: number
  standardError: number
}

export interface Perplexity extends TokenMean {
  /** e to the mean negative logarithm (nats), and the bounds of it with a likelihood of 95%. */
  perplexity: number
  low: number
  high: number
}

export interface DivergenceReport extends TokenMean {
  median: number
  p90: number
  p99: number
  most: number
  /** How often both hold the same token for the likeliest. */
  sameChoice: Accuracy
  reference: Perplexity
}

/** What a text has shown. */
export interface TextReport {
  tokens: number
  measured: Perplexity
  /** Of the measured model from the reference, in nats; null without one. */
  divergence: DivergenceReport | null
}
