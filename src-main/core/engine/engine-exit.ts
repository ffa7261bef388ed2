import type { EngineExitCause } from '../../shared/engine-state.ts'

/** What execa tells of a process that has ended. */
export interface ProcessEnd {
  code?: string | undefined
  exitCode?: number | undefined
  signal?: string | undefined
}

/** Reads the cause from the way in which the process ended. */
export function causeOfProcessEnd(program: string, end: ProcessEnd): EngineExitCause {
  if (end.signal === 'SIGKILL') return { type: 'killed' }
  if (end.signal !== undefined) return { type: 'crashed', signal: end.signal }
  if (end.exitCode !== undefined) return { type: 'exited', exitCode: end.exitCode }
  if (end.code === 'ENOENT') return { type: 'program_missing', program }
  return { type: 'not_startable', program, detail: end.code ?? 'unknown' }
}

/** Whether another start has a chance. The other causes would only come again. */
export function isWorthRestarting(cause: EngineExitCause): boolean {
  switch (cause.type) {
    case 'program_missing':
    case 'not_startable':
    case 'altered':
    case 'wrong_token':
    case 'wrong_protocol':
      return false
    default:
      return true
  }
}

/** The cause in a sentence for a person, with what to do next. */
export function describeCause(cause: EngineExitCause): string {
  switch (cause.type) {
    case 'program_missing':
      return `The engine is not at ${cause.program}. Install the app again, or build the engine with "npm run setup".`
    case 'not_startable':
      return `The system could not start ${cause.program} (${cause.detail}). Install the app again.`
    case 'altered':
      return `The engine was not started, because ${cause.file} is not as it was installed. Install the app again.`
    case 'crashed':
      return `The engine crashed (${cause.signal}). Try again; if it goes on, load the model on the CPU or with a shorter context.`
    case 'killed':
      return 'The system ended the engine, most likely because memory ran out. Close other programs, or choose a smaller model or a shorter context.'
    case 'out_of_memory':
      return 'The system ended the engine because memory ran out. Close other programs, or choose a smaller model or a shorter context.'
    case 'hung':
      return cause.isSilent
        ? 'The engine did not answer any more and was ended. What was written is kept; try again.'
        : 'The engine did not get on with the reply and was ended. What was written is kept; try again, or load the model on the CPU.'
    case 'exited':
      return `The engine ended with status ${cause.exitCode}. Its log says why.`
    case 'hello_timeout':
      return `The engine did not answer within ${cause.timeoutMs / 1000} s. Try again when the computer has less to do.`
    case 'wrong_token':
      return 'Another program answered in place of the engine. Start the app again.'
    case 'wrong_protocol':
      return `The engine is of another version than the app (it speaks protocol ${cause.protocolVersion}). Install the app again, or build the engine with "npm run setup".`
    case 'bad_message':
      return `The engine sent a message that the app cannot read (${cause.detail}). Try again.`
    case 'connection_lost':
      return 'The engine closed its connection. Try again.'
  }
}
