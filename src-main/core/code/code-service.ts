import type { AppEvents, AppParams } from '../../shared/app-api.ts'
import { type CodeFinish, type CodePage, emptyCodePage } from '../../shared/code.ts'
import { findCodeLanguage } from '../../shared/code-languages.ts'
import type { GenerateFinish } from '../../shared/engine-api.ts'
import { AppError, type AppFailure, failureOf } from '../../shared/errors.ts'
import type { CompletionId } from '../../shared/ids.ts'
import type { AppEventBus } from '../app/app-events.ts'
import type { Logger } from '../logger.ts'
import type { ModelService } from '../models/model-service.ts'
import type { StoreClient } from '../store/store-client.ts'
import { codeEnd } from './code-end.ts'
import { codePageSchema } from './code-page.ts'
import { fitPrompt } from './fit-prompt.ts'
import { endCode } from './write-code.ts'

const key = 'code.page'

const finishes: Record<GenerateFinish, CodeFinish> = {
  stop: 'done',
  stop_string: 'done',
  length: 'length',
  cancelled: 'cancelled',
}

export interface CodeServices {
  models: ModelService
  store: StoreClient
  events: AppEventBus
  log: Logger
}

type Ending = Omit<AppEvents['code.finished'], 'completionId'>

/** Writes code on, and keeps what stands on the page for it. */
export class CodeService {
  private readonly running = new Map<CompletionId, AbortController>()
  private readonly ends = new Set<Promise<void>>()

  constructor(private readonly services: CodeServices) {}

  get isRunning(): boolean {
    return this.running.size > 0
  }

  async readPage(): Promise<CodePage> {
    const stored = (await this.services.store.ask('settings.read', {}))[key]
    return codePageSchema.catch(emptyCodePage).parse(stored)
  }

  async writePage(page: CodePage): Promise<void> {
    await this.services.store.ask('settings.write', { key, value: { ...page } })
  }

  /** Starts a completion. Throws AppError `code.unknown_language` or `code.running`. */
  complete(params: AppParams<'code.complete'>): void {
    const { completionId, language } = params
    if (findCodeLanguage(language) === undefined)
      throw new AppError('code.unknown_language', 'Choose a language of the list.')
    if (this.running.has(completionId))
      throw new AppError('code.running', 'This piece of code is already being written.')
    const abort = new AbortController()
    this.running.set(completionId, abort)
    const end = this.write(params, abort.signal).finally(() => {
      this.ends.delete(end)
    })
    this.ends.add(end)
  }

  /** Ends a completion, if it still runs. */
  cancel(completionId: CompletionId): void {
    this.running.get(completionId)?.abort()
  }

  /** Ends all and waits for that. */
  async close(): Promise<void> {
    for (const abort of this.running.values()) abort.abort()
    await Promise.all(this.ends)
  }

  private async write(params: AppParams<'code.complete'>, signal: AbortSignal): Promise<void> {
    const { completionId } = params
    const ending = await this.generate(params, signal).catch((error: unknown): Ending => {
      const isWanted = signal.aborted
      const failure = isWanted ? null : this.failed(error)
      return { finish: isWanted ? 'cancelled' : 'failed', generatedTokens: 0, failure }
    })
    this.running.delete(completionId)
    this.services.events.emit({ event: 'code.finished', payload: { completionId, ...ending } })
  }

  private async generate(
    { completionId, language: name, before, stop, sampling }: AppParams<'code.complete'>,
    signal: AbortSignal,
  ): Promise<Ending> {
    const language = findCodeLanguage(name)
    if (language === undefined) throw new Error(`There is no language ${name}.`)
    const { client, loaded } = await this.services.models.ready(signal)
    const room = loaded.contextLength - (sampling.maxNewTokens ?? 0)
    const prompt = await fitPrompt(client, language, before, room)
    const events = endCode(
      (either) => client.generate('completion.generate', { prompt, sampling }, either),
      codeEnd(language, before, stop),
      signal,
    )
    for await (const event of events) {
      if (event.type === 'text')
        this.services.events.emit({
          event: 'code.delta',
          payload: { completionId, text: event.text },
        })
      else if (event.type === 'finished') {
        const { finish, statistics } = event.result
        const { generatedTokens } = statistics
        return { finish: finishes[finish], generatedTokens, failure: null }
      }
    }
    throw new Error('The engine ended a piece of code without a result.')
  }

  private failed(error: unknown): AppFailure {
    if (!(error instanceof AppError)) this.services.log.error('code could not be written', error)
    return failureOf(error)
  }
}
