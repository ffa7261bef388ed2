import PQueue from 'p-queue'
import { AppError } from '../../shared/errors.ts'

/** How many replies are written together; more gain little and wait for memory. */
export const defaultAtOnce = 8

export interface AnswerAllOptions<Item, Answer> {
  items: Iterable<Item> | AsyncIterable<Item>
  atOnce?: number | undefined
  /** Ends the run; nothing is kept of what is being asked then. */
  signal: AbortSignal
  ask: (item: Item, signal: AbortSignal) => Promise<Answer>
  keep: (item: Item, answer: Answer) => Promise<void>
  /** Whether another try, alone, may go well: the engine crashed, or had too much to do. */
  mayPass: (failure: AppError) => boolean
  /** Of an item that has no answer; the others go on. */
  onFailed: (item: Item, failure: AppError) => Promise<void> | void
}

/** Whether nothing can be asked any more. */
const isOver = ({ code }: AppError): boolean =>
  /^(?:model|results)\./u.test(code) ||
  ['engine.failed', 'engine.stopped', 'engine.model_not_loaded'].includes(code)

/** A call, since the compiler believes that a property stays as it was before an await. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted

/**
 * Has all items answered, several at once, and no further ahead in `items` than needed. Resolves when
 * all are done or the signal has ended the run; rejects with what ends it for all.
 */
export async function answerAll<Item, Answer>(
  options: AnswerAllOptions<Item, Answer>,
): Promise<void> {
  const { items, atOnce = defaultAtOnce, ask, keep, mayPass, onFailed } = options
  const over = new AbortController()
  const ending = AbortSignal.any([options.signal, over.signal])
  const together = new PQueue({ concurrency: atOnce })
  // What crashes the engine takes those beside it along, so each is asked again alone.
  const alone = new PQueue({ concurrency: 1, autoStart: false })

  async function attempt(item: Item, isLast: boolean): Promise<void> {
    if (isAborted(ending)) return
    try {
      const answer = await ask(item, ending)
      if (!isAborted(ending)) await keep(item, answer)
    } catch (error) {
      if (isAborted(ending)) return
      if (!(error instanceof AppError) || isOver(error)) throw error
      if (isLast || !mayPass(error)) return onFailed(item, error)
      void alone.add(() => guard(attempt(item, true)))
    }
  }

  const guard = (work: Promise<void>) => work.catch((error: unknown) => over.abort(error))

  async function askTogether(): Promise<void> {
    for await (const item of items) {
      if (isAborted(ending)) return
      void together.add(() => guard(attempt(item, false)))
      await together.onSizeLessThan(1)
    }
  }

  await guard(askTogether())
  await together.onIdle()
  alone.start()
  await alone.onIdle()
  if (isAborted(over.signal)) throw over.signal.reason
}
