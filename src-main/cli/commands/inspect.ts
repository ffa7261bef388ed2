import { resolve } from 'node:path'
import type { Command } from 'commander'
import prettyBytes from 'pretty-bytes'
import { type CommandContext, withEngine } from '../model-session.ts'
import { printJson, printLine } from '../terminal.ts'

/** `chatglm inspect`: what a model is, read from its headers. */
export function addInspectCommand(program: Command, context: CommandContext): void {
  program
    .command('inspect')
    .description('tell what a GGUF file or a checkpoint folder contains, without loading it')
    .argument('<path>', 'GGUF file or checkpoint folder')
    .option('--json', 'print JSON')
    .action(async (path: string, { json }: { json?: boolean }) => {
      const model = await withEngine(context, ({ client }) =>
        client.request('model.inspect', { path: resolve(path) }, { signal: context.signal }),
      )
      if (json === true) return printJson(context.terminal, model)
      const rows = {
        path: model.path,
        format: model.format,
        family: model.family,
        weights: model.weightType,
        size: prettyBytes(model.sizeBytes),
        parameters: model.parameterCount.toLocaleString('en'),
        layers: model.layerCount,
        'hidden size': model.hiddenSize,
        'feed-forward size': model.feedForwardSize,
        heads: `${model.headCount} (${model.kvHeadCount} of keys and values)`,
        vocabulary: model.vocabularySize.toLocaleString('en'),
        context: `${model.contextLength.toLocaleString('en')} tokens`,
        'RoPE base': model.ropeBase,
        'RoPE scale': model.ropeScale,
      }
      for (const [label, value] of Object.entries(rows)) {
        printLine(context.terminal, `${label.padEnd(18)} ${value}`)
      }
    })
}
