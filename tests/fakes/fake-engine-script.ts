import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
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
  /** Whole replies by the last question; they come before `reply`. */
  answers?: Record<string, string>
  /** How often those are repeated. */
  replyTimes?: number
  pieceDelayMs?: number
  during?: { afterPieces: number; moment: FakeEngineMoment }
  /** Crashes at the first question of these words; the file remembers it. */
  crashOnceAt?: { content: string; file: string }
  /** By method: goes wrong instead of an answer. */
  on?: Record<string, FakeEngineMoment>
  results?: Record<string, unknown>
  /** Takes each character for a token, where tokens are counted. */
  countsCharacters?: boolean
  errors?: Record<string, { code: number; message: string }>
  /** Gets a line with the method and the parameters of each request, and `cancelled`. */
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

/** The fake engine as one executable file, for programs that take a path. */
export function fakeEngineFile(script: FakeEngineScript = {}): string {
  const { file, args = [] } = fakeEngine(script)
  const quoted = [file, ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`)
  const path = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'engine')
  writeFileSync(path, `#!/bin/sh\nexec ${quoted.join(' ')}\n`, { mode: 0o755 })
  return path
}
