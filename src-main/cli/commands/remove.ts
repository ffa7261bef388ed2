import type { Command } from 'commander'
import { deleteModel } from '../../core/models/model-manifest.ts'
import { findByName } from '../downloaded-models.ts'
import type { CommandContext } from '../model-session.ts'
import { printLine } from '../terminal.ts'

/** `chatglm rm`: deletes a downloaded model. */
export function addRemoveCommand(program: Command, context: CommandContext): void {
  program
    .command('rm')
    .description('delete a downloaded model, or all types of it')
    .argument('<model>', 'its name as "chatglm list" shows it, or its name in the catalogue')
    .action(async (name: string) => {
      for (const { file } of await findByName(context, name)) {
        await deleteModel(file)
        printLine(context.terminal, file)
      }
    })
}
