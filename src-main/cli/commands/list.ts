import type { Command } from 'commander'
import prettyBytes from 'pretty-bytes'
import { listModels, nameOf, openCatalogue } from '../downloaded-models.ts'
import type { CommandContext } from '../model-session.ts'
import { printJson, printLine } from '../terminal.ts'

/** `chatglm list`: the downloaded models, or all that can be downloaded. */
export function addListCommand(program: Command, context: CommandContext): void {
  program
    .command('list')
    .description('list the downloaded models')
    .option('--all', 'list what can be downloaded')
    .option('--json', 'print JSON')
    .action(({ all, json }: { all?: boolean; json?: boolean }) =>
      all === true ? listCatalogue(context, json) : listDownloaded(context, json),
    )
}

async function listDownloaded(context: CommandContext, json = false): Promise<void> {
  const models = await listModels(context)
  if (json)
    return printJson(
      context.terminal,
      models.map((model) => ({ ...model.manifest, name: nameOf(model), file: model.file })),
    )
  for (const model of models) {
    const size = prettyBytes(model.manifest.sizeBytes)
    printLine(context.terminal, `${nameOf(model).padEnd(28)} ${size.padStart(8)}  ${model.file}`)
  }
}

async function listCatalogue(context: CommandContext, json = false): Promise<void> {
  const { models } = await openCatalogue(context).read()
  if (json) return printJson(context.terminal, models)
  for (const { id, name, results } of models) {
    const types = results.map(({ type, sizeBytes }) => `${type} ${prettyBytes(sizeBytes)}`)
    printLine(context.terminal, `${id.padEnd(24)} ${name.padEnd(22)} ${types.join(', ')}`)
  }
}
