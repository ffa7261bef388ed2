import { dirname, extname, join, parse } from 'node:path'
import type { BatchProgress, BatchState } from '../../shared/batch.ts'
import { AppError } from '../../shared/errors.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { InferenceSource } from '../inference/inference-source.ts'
import type { Logger } from '../logger.ts'
import type { CreateAnswerer } from './answer-request.ts'
import { expectBatchFiles, runBatch } from './run-batch.ts'

/** A person needs to hear of it so often. */
const tellMs = 250

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
  private state: BatchState = { type: 'none' }
  private abort = new AbortController()
  private running: Promise<void> | undefined
  private toldAtMs = 0

  constructor(private readonly services: BatchServices) {}

  read(): BatchState {
    return this.state
  }

  get isRunning(): boolean {
    return this.state.type === 'running'
  }

  /** Starts, or goes on with what an earlier run left. Throws AppError `batch.*`. */
  start(input: string): void {
    const { createAnswerer, source, log } = this.services
    if (createAnswerer === undefined)
      throw new AppError('host.not_available', 'This is not available here.')
    if (this.running)
      throw new AppError('batch.running', 'Another file is being answered. Wait, or stop it.')
    const output = answersFileOf(input)
    expectBatchFiles(input, output)
    this.abort = new AbortController()
    const { signal } = this.abort
    let progress: BatchProgress = {
      total: 0,
      earlier: 0,
      answered: 0,
      failed: 0,
      generatedTokens: 0,
    }
    const onProgress = (told: BatchProgress) => {
      progress = told
      this.tellSometimes({ type: 'running', output, progress })
    }
    this.tell({ type: 'running', output, progress })
    const answer = createAnswerer({ source, log, stop: signal })
    this.running = runBatch({ input, output, answer, signal, onProgress })
      .then(() => this.tell({ type: signal.aborted ? 'stopped' : 'ended', output, progress }))
      .catch((error: unknown) => this.fail(output, error))
      .finally(() => (this.running = undefined))
  }

  /** Stops the run and waits for its end; what is answered stays. */
  async stop(): Promise<void> {
    this.abort.abort()
    await this.running
  }

  private fail(output: string, error: unknown): void {
    if (!(error instanceof AppError)) this.services.log.error('a batch failed', error)
    const code = error instanceof AppError ? error.code : 'app.bug'
    const message = error instanceof Error ? error.message : String(error)
    this.tell({ type: 'failed', output, failure: { code, message } })
  }

  private tellSometimes(state: BatchState): void {
    this.state = state
    if (performance.now() - this.toldAtMs >= tellMs) this.tell(state)
  }

  private tell(state: BatchState): void {
    this.state = state
    this.toldAtMs = performance.now()
    this.services.events.emit({ event: 'batch.changed', payload: { state } })
  }
}
