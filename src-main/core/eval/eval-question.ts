import type { EvalForm } from '../../shared/eval-report.ts'
import type { EngineClient } from '../engine/engine-client.ts'

/** What a model answered. */
export interface Found {
  /** Null when the reply holds nothing that could be an answer. */
  chosen: string | null
  correct: boolean
  /** What the model wrote; of a letter, what it wrote before. */
  reply: string
  /** Of the letters, where there are some. */
  probabilities?: Partial<Record<string, number>> | undefined
}

/** A question of a set, with all that is needed to ask it. */
export interface EvalQuestion {
  /** Stays the same from run to run. */
  id: string
  subject: string
  /** The right one. */
  answer: string
  /** Rejects with AppError when the question does not fit, or the engine ends. */
  ask: (client: EngineClient, signal: AbortSignal) => Promise<Found>
}

export interface EvalSet {
  form: EvalForm
  questions: EvalQuestion[]
}
