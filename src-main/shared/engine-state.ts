/** Why an engine process ended, or never came to work. */
export type EngineExitCause =
  | { type: 'program_missing'; program: string }
  /** The system refused to start the program: no permission, another architecture, …. */
  | { type: 'not_startable'; program: string; detail: string }
  /** A file of the installed engine is not as it was packaged, so it was not started. */
  | { type: 'altered'; file: string }
  | { type: 'crashed'; signal: string }
  /** The system ended the engine, which it does most of all when memory runs out. */
  | { type: 'killed' }
  /** The system ended a process for want of memory just then, and the engine was gone. */
  | { type: 'out_of_memory' }
  /** It did not answer any more, or did not get on with a reply, and had to be ended. */
  | { type: 'hung'; isSilent: boolean }
  | { type: 'exited'; exitCode: number }
  | { type: 'hello_timeout'; timeoutMs: number }
  | { type: 'wrong_token' }
  | { type: 'wrong_protocol'; protocolVersion: number }
  | { type: 'bad_message'; detail: string }
  /** The engine closed its connection and had to be ended. */
  | { type: 'connection_lost' }

/** What the engine process is doing. */
export type EngineState =
  | { type: 'stopped' }
  | { type: 'starting' }
  | { type: 'ready'; processId: number; engineVersion: string; llamaVersion: string }
  /** `attempt` counts from 1; the engine is started again after `delayMs`. */
  | { type: 'restarting'; attempt: number; delayMs: number; cause: EngineExitCause }
  /** Given up, until someone starts it again. `lastLines` are the end of the engine's log. */
  | { type: 'failed'; cause: EngineExitCause; lastLines: string[] }
