import type { SamplingOptions } from './engine-api.ts'
import type { AppFailure } from './errors.ts'
import type { CompletionId } from './ids.ts'

/** Where written code ends: with its line, with its block, or where the model ends it. */
export type CodeStop = 'line' | 'block' | 'model'

/** What the official demo of CodeGeeX2 samples with. */
export const officialCodeSampling = {
  temperature: 0.2,
  topP: 0.95,
  topK: 0,
  maxNewTokens: 128,
} as const satisfies SamplingOptions

/** What stands on the page for code, kept for the next start. */
export interface CodePage {
  text: string
  /** A name of `codeLanguages`. */
  language: string
  stop: CodeStop
  maxNewTokens: number
  temperature: number
}

/** An empty page. */
export const emptyCodePage: CodePage = {
  text: '',
  language: 'Python',
  stop: 'block',
  maxNewTokens: officialCodeSampling.maxNewTokens,
  temperature: officialCodeSampling.temperature,
}

/** Why no more code comes. */
export type CodeFinish = 'done' | 'length' | 'cancelled' | 'failed'

/** What the renderer may ask about code. */
export interface CodeRequests {
  'code.read_page': { params: Record<string, never>; result: CodePage }
  'code.write_page': { params: { page: CodePage }; result: null }
  /**
   * Starts to write on behind `before`, which the tag of the language is put in front of; when it
   * is too long for the model, its beginning is left out. Events tell what is written.
   */
  'code.complete': {
    params: {
      completionId: CompletionId
      language: string
      before: string
      stop: CodeStop
      sampling: SamplingOptions
    }
    result: null
  }
  /** Ends a completion. Does nothing once it has ended. */
  'code.cancel': { params: { completionId: CompletionId }; result: null }
}

/** What the app tells about code. */
export interface CodeEvents {
  /** Another piece of it. */
  'code.delta': { completionId: CompletionId; text: string }
  'code.finished': {
    completionId: CompletionId
    finish: CodeFinish
    generatedTokens: number
    failure: AppFailure | null
  }
}
