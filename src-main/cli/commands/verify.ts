import type { Command } from 'commander'
import { verifyModel } from '../../core/models/verify-model.ts'
import { AppError } from '../../shared/errors.ts'
import { findByName } from '../downloaded-models.ts'
import type { CommandContext } from '../model-session.ts'
import { showProgress } from '../progress-line.ts'
import { printLine } from '../terminal.ts'

/** `chatglm verify`: compares the files of a downloaded model with their hashes. */
export function addVerifyCommand(program: Command, context: CommandContext): void {
  program
    .command('verify')
    .description('compare a downloaded model with its hashes')
    .argument('<model>', 'its name as "chatglm list" shows it, or its name in the catalogue')
    .action(async (name: string) => {
      for (const { file } of await findByName(context, name)) await verify(context, file)
    })
}

async function verify({ terminal, signal }: CommandContext, file: string): Promise<void> {
  const line = showProgress(terminal, 'Verifying')
  const outcome = await verifyModel(file, signal, (doneBytes, totalBytes) =>
    line.update(doneBytes / totalBytes),
  ).finally(() => line.close())
  if (outcome.type === 'damaged') {
    const message = `${outcome.path} is damaged. Remove the model and pull it again.`
    throw new AppError('model.damaged', message)
  }
  printLine(terminal, `${file}: sound`)
}
