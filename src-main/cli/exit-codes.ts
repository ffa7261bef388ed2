import { engineErrorCodes } from '../shared/engine-error-codes.ts'
import { AppError } from '../shared/errors.ts'

/** What the program ends with, for scripts. The help and the README list them. */
export const exitCodes = {
  ok: 0,
  unforeseen: 1,
  usage: 2,
  model: 3,
  engine: 4,
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodesHelp = `
Exit codes:
  0    it worked
  1    an unforeseen failure, which is a bug
  2    wrong usage: an option, an argument or an empty prompt
  3    a model or a file: not found, damaged, not supported, too small for the text, or with
       lines that have no answer
  4    the engine could not start, crashed or failed
  130  interrupted`

/** Engine errors 10 to 29 are about files, 40 is about the length of the text. */
const isAboutModel = (code: string): boolean =>
  Object.entries(engineErrorCodes).some(
    ([name, number]) =>
      code === `engine.${name}` &&
      ((number >= 10 && number < 30) || number === engineErrorCodes.context_full),
  )

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): ExitCode {
  if (!(error instanceof AppError)) return exitCodes.unforeseen
  const { code } = error
  if (code === 'engine.cancelled' || code === 'cli.interrupted') return exitCodes.interrupted
  if (/^(cli|api)\./.test(code) || code === 'engine.invalid_params') return exitCodes.usage
  const isModel = /^(model|catalogue|download|storage|batch|eval|results)\./.test(code)
  if (isModel || isAboutModel(code)) return exitCodes.model
  return code.startsWith('engine.') ? exitCodes.engine : exitCodes.unforeseen
}
