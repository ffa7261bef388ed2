import { setTimeout as delay } from 'node:timers/promises'
import { AppError } from '../../shared/errors.ts'
import type { EngineExitCause, EngineState } from '../../shared/engine-state.ts'
import { CrashWindow, defaultRestartPolicy, type RestartPolicy } from './crash-window.ts'
import type { EngineClient } from './engine-client.ts'
import { describeCause, isWorthRestarting } from './engine-exit.ts'
import { EngineStartError } from './engine-handshake.ts'
import { type EngineProgram, launchEngine, type RunningEngine } from './engine-launch.ts'
import { defaultWatchPolicy, watchEngine, type WatchPolicy } from './engine-watch.ts'
import { LogLines } from './log-lines.ts'

export interface EngineProcessOptions {
  program: EngineProgram
  restart?: RestartPolicy
  /** How long a stop waits for the engine to end by itself. */
  shutdownGraceMs?: number
  /** How it is found out that the engine hangs. */
  watch?: WatchPolicy
  onLogLine?: (line: string) => void
}

/**
 * Keeps one engine running: starts it, starts it again when it crashes, and gives up when it goes
 * on crashing. A new engine has no model loaded. Whoever calls `start` calls `stop`.
 */
export class EngineProcess {
  private readonly listeners = new Set<(state: EngineState) => void>()
  private readonly log = new LogLines()
  private current: EngineState = { type: 'stopped' }
  private engine: RunningEngine | undefined
  private stopping = new AbortController()
  private life: Promise<void> | undefined

  constructor(private readonly options: EngineProcessOptions) {}

  get state(): EngineState {
    return this.current
  }

  /** Calls `listener` at each change of the state. Returns what ends that. */
  onStateChange(listener: (state: EngineState) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  /** The last lines that engines have logged, oldest first. */
  lastLogLines(): string[] {
    return this.log.all()
  }

  /**
   * Starts the engine unless that is done, and waits until it is ready. Throws AppError
   * `engine.failed` once it has been given up, and `engine.stopped` when it is stopped meanwhile.
   */
  async start(): Promise<EngineClient> {
    if (this.stopping.signal.aborted) await this.life
    if (!this.life) {
      this.stopping = new AbortController()
      this.setState({ type: 'starting' })
      this.life = this.live(this.stopping.signal).finally(() => (this.life = undefined))
    }
    return new Promise((resolve, reject) => {
      const settle = (state: EngineState) => {
        if (state.type === 'ready' && this.engine) resolve(this.engine.client)
        else if (state.type === 'failed') reject(failure(state.cause))
        else if (state.type === 'stopped') reject(new AppError('engine.stopped', stoppedMessage))
        else return
        forget()
      }
      const forget = this.onStateChange(settle)
      settle(this.current)
    })
  }

  /** The client of the running engine. Throws AppError `engine.not_running` when none is ready. */
  client(): EngineClient {
    if (this.engine) return this.engine.client
    throw new AppError('engine.not_running', 'The engine is not running. Wait a moment.')
  }

  /** Ends the engine and waits until its process is gone. Does nothing when there is none. */
  async stop(): Promise<void> {
    this.stopping.abort()
    await this.life
  }

  private setState(state: EngineState): void {
    this.current = state
    for (const listener of [...this.listeners]) listener(state)
  }

  private async live(stopped: AbortSignal): Promise<void> {
    const crashes = new CrashWindow(this.options.restart ?? defaultRestartPolicy)
    for (;;) {
      const cause = await this.runOnce(stopped)
      if (isAborted(stopped)) return this.setState({ type: 'stopped' })
      const verdict = crashes.record(performance.now())
      if (verdict.type === 'give_up' || !isWorthRestarting(cause)) {
        return this.setState({ type: 'failed', cause, lastLines: this.log.all() })
      }
      const { attempt, delayMs } = verdict
      this.setState({ type: 'restarting', attempt, delayMs, cause })
      await delay(delayMs, undefined, { signal: stopped }).catch(() => undefined)
      if (isAborted(stopped)) return this.setState({ type: 'stopped' })
      this.setState({ type: 'starting' })
    }
  }

  /** One engine from its start to its end. */
  private async runOnce(stopped: AbortSignal): Promise<EngineExitCause> {
    try {
      this.engine = await launchEngine(this.options.program, this.takeLogLine, stopped)
    } catch (error) {
      if (error instanceof EngineStartError) return error.exitCause
      if (stopped.aborted) return { type: 'killed' }
      throw error
    }
    const { engine } = this
    const shutDown = () => void this.shutDown(engine)
    stopped.addEventListener('abort', shutDown, { once: true })
    if (stopped.aborted) shutDown()
    const { processId, engineVersion, llamaVersion } = engine.hello
    this.setState({ type: 'ready', processId, engineVersion, llamaVersion })
    const stopWatching = watchEngine(
      engine.client,
      this.options.watch ?? defaultWatchPolicy,
      (isSilent) => engine.kill({ type: 'hung', isSilent }),
    )
    const cause = await engine.ended
    stopWatching()
    stopped.removeEventListener('abort', shutDown)
    this.engine = undefined
    return cause
  }

  private async shutDown(engine: RunningEngine): Promise<void> {
    const grace = delay(this.options.shutdownGraceMs ?? 5000, undefined, { ref: false })
    // The answer does not matter, only that the process ends.
    void engine.client.request('engine.shutdown', {}).catch(() => undefined)
    await Promise.race([engine.ended, grace])
    engine.kill()
  }

  private readonly takeLogLine = (line: string): void => {
    this.log.add(line)
    this.options.onLogLine?.(line)
  }
}

/** A call, since the compiler believes that a property stays as it was before an await. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted

const stoppedMessage = 'The engine was stopped. Start it again.'

const failure = (cause: EngineExitCause): AppError =>
  new AppError('engine.failed', describeCause(cause), { cause })
