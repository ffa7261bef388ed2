import { Command, CommanderError } from 'commander'
import { AppError } from '../shared/errors.ts'
import { addBatchCommand } from './commands/batch.ts'
import { addBenchCommand } from './commands/bench.ts'
import { addChatCommand } from './commands/chat.ts'
import { addConvertCommand } from './commands/convert.ts'
import { addDevicesCommand } from './commands/devices.ts'
import { addEvalCommand } from './commands/eval.ts'
import { addInspectCommand } from './commands/inspect.ts'
import { addListCommand } from './commands/list.ts'
import { addPullCommand } from './commands/pull.ts'
import { addRemoveCommand } from './commands/remove.ts'
import { addServeCommand } from './commands/serve.ts'
import { addTokenizeCommand } from './commands/tokenize.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { type ExitCode, exitCodeOf, exitCodes, exitCodesHelp } from './exit-codes.ts'
import type { CommandContext } from './model-session.ts'
import { tell } from './terminal.ts'

function createProgram(context: CommandContext): Command {
  const { stdout, stderr } = context.terminal
  const program = new Command('chatglm')
    .description('ChatGLM2-6B on your own computer. Results go to stdout, all else to stderr.')
    .addHelpText('after', exitCodesHelp)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    })
    .exitOverride()
  addChatCommand(program, context)
  addConvertCommand(program, context)
  addInspectCommand(program, context)
  addTokenizeCommand(program, context)
  addDevicesCommand(program, context)
  addBenchCommand(program, context)
  addServeCommand(program, context)
  addBatchCommand(program, context)
  addEvalCommand(program, context)
  addPullCommand(program, context)
  addListCommand(program, context)
  addVerifyCommand(program, context)
  addRemoveCommand(program, context)
  for (const command of program.commands) command.addHelpText('after', exitCodesHelp)
  return program
}

/** Shows a failure as what it is: a sentence, or a bug with its stack. */
function showFailure({ terminal }: CommandContext, error: unknown): void {
  if (error instanceof AppError) return tell(terminal, error.message)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  tell(terminal, `${stack}\n\nThis is a bug in ChatGLM Desktop. Please report it with these lines.`)
}

/** Runs the program with `args` and returns its exit code. Never throws. */
export async function runProgram(args: string[], context: CommandContext): Promise<ExitCode> {
  try {
    await createProgram(context).parseAsync(args, { from: 'user' })
    return context.signal.aborted ? exitCodes.interrupted : exitCodes.ok
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has shown it. It throws for --help, too.
      return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    }
    if (context.signal.aborted) return exitCodes.interrupted
    showFailure(context, error)
    return exitCodeOf(error)
  }
}
