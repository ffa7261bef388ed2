import { dirname, extname, join, parse } from 'node:path'
import type { BatchProgress, BatchState } from '../../shared/batch.ts'
import { AppError, failureOf } from '../../shared/errors.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { InferenceSource } from '../inference/inference-source.ts'
import type { Logger } from '../logger.ts'
import { SingleRun } from '../resumable/single-run.ts'
import type { CreateAnswerer } from './answer-request.ts'
import { expectBatchFiles, runBatch } from './run-batch.ts'

export interface BatchServices {
  source: InferenceSource
  events: AppEventBus
  log: Logger
  /** Absent where the host has no API. */
  createAnswerer?: CreateAnswerer | undefined
}

/** Where the answers to a file of prompts go: beside it, in the same form. */
export function answersFileOf(input: string): string {
  const { name } = parse(input)
  return join(dirname(input), `${name}.answers${extname(input).toLowerCase()}`)
}

/** Answers files of prompts with the app's model, one at a time. */
export class BatchService {
  private readonly run: SingleRun<BatchState>

  constructor(private readonly services: BatchServices) {
    this.run = new SingleRun<BatchState>({ type: 'none' }, (state) =>
      services.events.emit({ event: 'batch.changed', payload: { state } }),
    )
  }

  read(): BatchState {
    return this.run.state
  }

  get isRunning(): boolean {
    return this.run.isRunning
  }

  /** Starts, or goes on with what an earlier run left. Throws AppError `batch.*`. */
  start(input: string): void {
    const { createAnswerer, source, log } = this.services
    if (createAnswerer === undefined)
      throw new AppError('host.not_available', 'This is not available here.')
    if (this.isRunning)
      throw new AppError('batch.running', 'Another file is being answered. Wait, or stop it.')
    const output = answersFileOf(input)
    expectBatchFiles(input, output)
    const nothing = { total: 0, earlier: 0, answered: 0, failed: 0, generatedTokens: 0 }
    this.run.start(
      { type: 'running', output, progress: nothing },
      async (signal) => {
        const answer = createAnswerer({ source, log, stop: signal })
        const onProgress = (progress: BatchProgress) =>
          this.run.tellSometimes({ type: 'running', output, progress })
        const progress = await runBatch({ input, output, answer, signal, onProgress })
        return { type: signal.aborted ? 'stopped' : 'ended', output, progress }
      },
      (error) => {
        if (!(error instanceof AppError)) log.error('a batch failed', error)
        return { type: 'failed', output, failure: failureOf(error) }
      },
    )
  }

  /** Stops the run and waits for its end; what is answered stays. */
  stop(): Promise<void> {
    return this.run.stop()
  }
}
