import { join } from 'node:path'
import type { EngineProgram } from '../../src-main/core/engine/engine-launch.ts'

/** A way in which the fake engine goes wrong; a signal is one that it sends to itself. */
export type FakeEngineMoment =
  'exit' | 'hang' | 'close' | 'bad_frame' | 'no_length' | 'SIGSEGV' | 'SIGKILL' | 'SIGABRT'

/** What the fake engine does; everything absent goes well. */
export interface FakeEngineScript {
  logLines?: string[]
  beforeHello?: FakeEngineMoment
  afterHello?: FakeEngineMoment
  hello?: { token?: string; protocolVersion?: number }
  /** Gets the code of the error that the greeting was answered with. */
  answerFile?: string
  /** Crashes at the first starts; the file counts them. */
  crashFirst?: { times: number; countFile: string }
  /** The pieces of each reply. */
  reply?: string[]
  /** How often those are repeated. */
  replyTimes?: number
  pieceDelayMs?: number
  during?: { afterPieces: number; moment: FakeEngineMoment }
  /** By method: goes wrong instead of an answer. */
  on?: Record<string, FakeEngineMoment>
  results?: Record<string, unknown>
  errors?: Record<string, { code: number; message: string }>
  /** Gets a line with the method of each request. */
  requestLog?: string
}

/** The fake engine as a program to start. */
export function fakeEngine(script: FakeEngineScript = {}): EngineProgram {
  return {
    file: process.execPath,
    args: [join(import.meta.dirname, 'fake-engine.ts'), JSON.stringify(script)],
    helloTimeoutMs: 10_000,
  }
}
