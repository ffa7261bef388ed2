import { basename, extname, resolve } from 'node:path'
import type { EvalPlan, EvalState } from '../../shared/eval.ts'
import { isText } from '../../shared/eval.ts'
import { AppError, failureOf } from '../../shared/errors.ts'
import type { ModelId } from '../../shared/ids.ts'
import type { ExportedFile } from '../../shared/transfer.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { InferenceSource } from '../inference/inference-source.ts'
import type { Logger } from '../logger.ts'
import type { ModelLibrary } from '../models/model-library.ts'
import type { ModelService } from '../models/model-service.ts'
import { SingleRun } from '../resumable/single-run.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { StoreClient } from '../store/store-client.ts'
import { AppModels } from './app-models.ts'
import { outcomeOf } from './eval-outcome.ts'
import { evalPlanSchema } from './eval-plan.ts'
import { measuredAsCsv, measuredAsPage } from './export-measured.ts'
import { TimeLeft } from './measure-progress.ts'
import { type Measured, type Measuring, openMeasuring } from './open-measuring.ts'
import { resultsFileOf } from './results-place.ts'

const key = 'eval.plan'

export interface EvalServices {
  source: InferenceSource
  models: ModelService
  library: ModelLibrary
  settings: SettingsService
  store: StoreClient
  events: AppEventBus
  log: Logger
}

/** A model of the list, as a run knows it. */
interface NamedModel {
  id: ModelId
  name: string
}

/** All that a run needs, read and named. */
interface Prepared {
  measuring: Measuring
  output: string
  measured: NamedModel
  reference: NamedModel | null
}

/** Measures the app's models, one at a time, and keeps what was asked for last. */
export class EvalService {
  private readonly run: SingleRun<EvalState>
  private isStarting = false
  private isClosing = false
  private last: { measured: Measured; output: string } | null = null

  constructor(private readonly services: EvalServices) {
    this.run = new SingleRun<EvalState>({ type: 'none' }, (state) =>
      services.events.emit({ event: 'eval.changed', payload: { state } }),
    )
  }

  get isRunning(): boolean {
    return this.run.isRunning
  }

  /** How things stand, and what was asked for last. */
  async read(): Promise<{ state: EvalState; plan: EvalPlan | null }> {
    const stored = (await this.services.store.ask('settings.read', {}))[key]
    return {
      state: this.run.state,
      plan: evalPlanSchema
        .nullable()
        .catch(null)
        .parse(stored ?? null),
    }
  }

  /** Reads what to measure by, and starts or goes on. Throws AppError `eval.*` or `model.not_found`. */
  async start(plan: EvalPlan): Promise<void> {
    if (this.isRunning || this.isStarting)
      throw new AppError('eval.running', 'A model is being measured already. Wait, or stop it.')
    this.isStarting = true
    try {
      const prepared = await this.prepare(plan)
      await this.services.store.ask('settings.write', { key, value: { ...plan } })
      this.begin(prepared)
    } finally {
      this.isStarting = false
    }
  }

  /** Stops the run and waits for its end; what is found stays. */
  stop(): Promise<void> {
    return this.run.stop()
  }

  /** The same when the app ends. */
  async close(): Promise<void> {
    this.isClosing = true
    await this.stop()
  }

  /** The figures of the last run, as a file. Throws AppError `eval.none`. */
  async export(as: 'csv' | 'page'): Promise<ExportedFile> {
    if (this.last === null)
      throw new AppError('eval.none', 'Nothing has been measured yet. Start first.')
    const { measured, output } = this.last
    const name = basename(output, extname(output))
    return as === 'csv'
      ? { fileName: `${name}.csv`, mediaType: 'text/csv', text: measuredAsCsv(measured) }
      : {
          ...{ fileName: `${name}.html`, mediaType: 'text/html' },
          text: await measuredAsPage(measured, new Date()),
        }
  }

  private async prepare(plan: EvalPlan): Promise<Prepared> {
    const { library } = this.services
    const measured = await library.find(plan.modelId)
    const againstId = isText(plan.path) ? plan.againstId : null
    const reference = againstId === null ? null : await library.find(againstId)
    const measuring = await openMeasuring(plan)
    const output = resolve(resultsFileOf(plan, measured.name, reference?.name ?? null))
    return { measuring, output, measured, reference }
  }

  private begin(prepared: Prepared): void {
    const { output } = prepared
    this.run.start(
      { type: 'running', output, progress: null },
      (signal) => this.measure(prepared, signal),
      (error) => {
        if (!(error instanceof AppError)) this.services.log.error('measuring failed', error)
        return { type: 'failed', output, failure: failureOf(error) }
      },
    )
  }

  private async measure(prepared: Prepared, stop: AbortSignal): Promise<EvalState> {
    const { measuring, output, measured, reference } = prepared
    const { models, source, events } = this.services
    const inTurn = new AppModels(models, source, stop)
    const unsubscribe = events.subscribe((message) => {
      if (message.event === 'model.changed') inTurn.follow(message.payload.state)
    })
    const restore = this.rememberModel()
    const timeLeft = new TimeLeft()
    try {
      const found = await measuring.run({
        ...{ output, signal: inTurn.signal },
        measured: inTurn.model(measured.id, measured.name),
        reference: reference === null ? null : inTurn.model(reference.id, reference.name),
        onProgress: (progress) => {
          const timeLeftMs = timeLeft.after(progress.fraction, performance.now())
          this.run.tellSometimes({ type: 'running', output, progress: { ...progress, timeLeftMs } })
        },
        onFailure: (id, message) => this.services.log.info(`${id} was not asked: ${message}`),
      })
      inTurn.expectUnchanged()
      if (found === null) return this.stopped(output)
      this.last = { measured: found, output }
      return { type: 'ended', output, outcome: outcomeOf(found, measured.name) }
    } catch (error) {
      inTurn.expectUnchanged()
      if (stop.aborted) return this.stopped(output)
      throw error
    } finally {
      unsubscribe()
      if (!inTurn.isOver)
        await restore().catch((error: unknown) =>
          this.services.log.error('the model before a measuring did not come back', error),
        )
    }
  }

  private stopped(output: string): EvalState {
    const { state } = this.run
    return { type: 'stopped', output, progress: state.type === 'running' ? state.progress : null }
  }

  /** Answers what brings back the model that is loaded now. */
  private rememberModel(): () => Promise<void> {
    const { models, settings } = this.services
    const before = models.read()
    const { lastModelId } = settings.read()
    return async () => {
      const now = models.read()
      const id = before.type === 'none' ? null : before.modelId
      if (id === (now.type === 'none' ? null : now.modelId)) return
      if (id === null) await models.unload()
      else if (!this.isClosing) return models.load(id)
      await settings.write({ lastModelId })
    }
  }
}
