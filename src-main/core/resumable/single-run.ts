/** A person needs to hear of it so often. */
const tellMs = 250

/** Long work of which the app does one at a time: owns its state and tells it. */
export class SingleRun<State> {
  private abort = new AbortController()
  private running: Promise<void> | undefined
  private toldAtMs = 0

  /** `onTold` is called with each state that is to be known. */
  constructor(
    private current: State,
    private readonly onTold: (state: State) => void,
  ) {}

  get state(): State {
    return this.current
  }

  get isRunning(): boolean {
    return this.running !== undefined
  }

  /** Tells `first`, then what `work` ends with; `onFailed` makes a state of what it rejects with. */
  start(
    first: State,
    work: (signal: AbortSignal) => Promise<State>,
    onFailed: (error: unknown) => State,
  ): void {
    this.abort = new AbortController()
    this.tell(first)
    this.running = work(this.abort.signal)
      .catch(onFailed)
      .then((last) => {
        this.running = undefined // whoever hears of the end may start again
        this.tell(last)
      })
  }

  /** Aborts the work and waits for its end. */
  async stop(): Promise<void> {
    this.abort.abort()
    await this.running
  }

  tell(state: State): void {
    this.current = state
    this.toldAtMs = performance.now()
    this.onTold(state)
  }

  /** For progress, which changes more often than anyone can read. */
  tellSometimes(state: State): void {
    this.current = state
    if (performance.now() - this.toldAtMs >= tellMs) this.tell(state)
  }
}
