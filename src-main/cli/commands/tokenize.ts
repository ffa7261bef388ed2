import type { Command } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { type CommandContext, loadModel, withEngine } from '../model-session.ts'
import { addModelOptions, type ModelOptions } from '../options.ts'
import { printJson, printLine, readStdin } from '../terminal.ts'

interface Options extends ModelOptions {
  withPrefix?: boolean
  decode?: boolean
  json?: boolean
}

/** `chatglm tokenize`: text on stdin to ids on stdout, or back. */
export function addTokenizeCommand(program: Command, context: CommandContext): void {
  addModelOptions(
    program
      .command('tokenize')
      .description('turn the text on stdin into token ids, or ids into text'),
  )
    .option('--with-prefix', 'put [gMASK] sop in front')
    .option('--decode', 'read ids and print text')
    .option('--json', 'print JSON')
    .action((options: Options) => tokenize(context, options))
}

function parseIds(text: string): number[] {
  const words = text.split(/[\s,]+/).filter((word) => word !== '')
  const wrong = words.find((word) => !/^\d+$/.test(word))
  if (wrong === undefined) return words.map(Number)
  throw new AppError('cli.not_an_id', `"${wrong}" is no token id. Give whole numbers.`)
}

async function tokenize(context: CommandContext, options: Options): Promise<void> {
  const { terminal, signal } = context
  const input = await readStdin(terminal, signal)
  const ids = options.decode === true ? parseIds(input) : null
  await withEngine(context, async (session) => {
    await loadModel(context, session, options)
    const { client } = session
    if (ids) {
      const { text } = await client.request('text.detokenize', { ids }, { signal })
      return options.json === true ? printJson(terminal, { text }) : printLine(terminal, text)
    }
    const params = { text: input, withPrefix: options.withPrefix === true }
    const encoded = await client.request('text.tokenize', params, { signal })
    if (options.json === true) return printJson(terminal, encoded)
    printLine(terminal, encoded.ids.join(' '))
  })
}
