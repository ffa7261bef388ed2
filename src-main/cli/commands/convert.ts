import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Argument, type Command, Option } from 'commander'
import prettyBytes from 'pretty-bytes'
import prettyMs from 'pretty-ms'
import { convertModel } from '../../core/models/convert-model.ts'
import type { ConvertType } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import { type CommandContext, withEngine } from '../model-session.ts'
import { convertTypes } from '../options.ts'
import { describeSpeed, showProgress } from '../progress-line.ts'
import { printJson, printLine } from '../terminal.ts'

interface Options {
  type: ConvertType
  force?: boolean
  json?: boolean
}

/** `chatglm convert`: a checkpoint folder to a GGUF file. */
export function addConvertCommand(program: Command, context: CommandContext): void {
  program
    .command('convert')
    .description('convert an official checkpoint folder to a GGUF file')
    .addArgument(new Argument('<source>', 'checkpoint folder'))
    .addArgument(new Argument('<destination>', 'GGUF file to write'))
    .addOption(
      new Option('--type <type>', 'precision; "source" loses nothing')
        .choices(convertTypes)
        .default('source'),
    )
    .option('--force', 'replace the destination when it exists')
    .option('--json', 'print JSON')
    .action((from: string, to: string, options: Options) => convert(context, from, to, options))
}

async function convert(
  context: CommandContext,
  from: string,
  to: string,
  { type, force, json }: Options,
): Promise<void> {
  const { terminal, signal } = context
  const [source, destination] = [resolve(from), resolve(to)]
  if (force !== true && existsSync(destination)) {
    throw new AppError(
      'cli.destination_exists',
      `${destination} exists. Choose another name, or replace it with --force.`,
    )
  }
  const startMs = performance.now()
  const line = showProgress(terminal, 'Converting')
  const result = await withEngine(context, ({ client }) =>
    convertModel(client, {
      source,
      destination,
      type,
      signal,
      onProgress: ({ doneBytes, totalBytes, bytesPerSecond, timeLeftMs }) =>
        line.update(doneBytes / totalBytes, describeSpeed(bytesPerSecond, timeLeftMs)),
    }),
  ).finally(() => line.close())
  if (json === true) return printJson(terminal, { destination, ...result })
  const took = prettyMs(performance.now() - startMs)
  const size = prettyBytes(result.sizeBytes)
  printLine(terminal, `${destination}: ${result.weightType}, ${size}, written in ${took}`)
}
