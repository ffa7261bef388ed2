import { createInterface } from 'node:readline/promises'
import { type Command, Option } from 'commander'
import { z } from 'zod'
import type { FetchModelOptions } from '../../core/models/fetch-model.ts'
import { ModelFetcher } from '../../core/models/model-fetcher.ts'
import { ProgressMeter } from '../../core/progress-meter.ts'
import { type Licence, sourceKinds } from '../../shared/catalogue.ts'
import type { ConvertType } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import type { AppSettings } from '../../shared/settings.ts'
import { openCatalogue, openModelsFolder } from '../downloaded-models.ts'
import { type CommandContext, withEngine } from '../model-session.ts'
import { convertTypes, numberOf } from '../options.ts'
import { describeSpeed, type ProgressLine, showProgress } from '../progress-line.ts'
import { printJson, printLine, tell } from '../terminal.ts'

interface Options {
  type?: ConvertType
  source: AppSettings['downloadSource']
  from?: string
  limit?: number
  proxy?: string
  certificates?: string
  keepSource?: boolean
  acceptLicence?: boolean
  json?: boolean
}

const limitSchema = z.number().min(16)
const kibibyte = 1024

/** `chatglm pull`: a model of the catalogue, fetched and converted. */
export function addPullCommand(program: Command, context: CommandContext): void {
  program
    .command('pull')
    .description('download a model and convert it; goes on where it was stopped')
    .argument('<model>', 'its name in the catalogue, as chatglm2-6b-int4')
    .addOption(
      new Option('--type <type>', 'what it becomes (the recommended type)').choices(convertTypes),
    )
    .addOption(
      new Option('--source <source>', 'where to look first; others follow when it fails')
        .choices(['auto', ...sourceKinds])
        .default('auto'),
    )
    .option('--from <place>', 'an address or folder that holds a folder for each model')
    .option('--limit <KiB>', 'most KiB a second', numberOf(limitSchema))
    .option('--proxy <url>', 'http, https or socks5 (default: HTTPS_PROXY and its kin)')
    .option('--certificates <file>', 'PEM file of further certificates to trust')
    .option('--keep-source', 'keep the published files beside the converted one')
    .option('--accept-licence', 'accept the licence without being asked')
    .option('--json', 'print JSON')
    .action((model: string, options: Options) => pull(context, model, options))
}

async function pull(context: CommandContext, id: string, options: Options): Promise<void> {
  const { terminal, signal } = context
  const catalogue = openCatalogue(context)
  const model = await catalogue.find(id)
  const { licences } = await catalogue.read()
  const licence = licences.find((known) => known.id === model.licenceId)
  if (licence && options.acceptLicence !== true) await askForLicence(context, licence)
  const convertTo = options.type ?? model.results[0]?.type ?? 'source'
  const folder = await openModelsFolder(context)
  const line = showProgress(terminal, model.name)
  const found = await withEngine(context, async ({ client }) => {
    const fetcher = new ModelFetcher({
      ...{ catalogue, folder, engine: async () => client, settings: () => settingsOf(options) },
      hubToken: () => context.env['HF_TOKEN'] ?? null,
    })
    const choice = { convertTo, keepSource: options.keepSource === true }
    return fetcher.fetch(id, { choice, signal, onProgress: progressOn(line) })
  }).finally(() => line.close())
  if (options.json === true) return printJson(terminal, { file: found.file, ...found.manifest })
  printLine(terminal, found.file)
}

/** Throws AppError `cli.licence` unless the person accepts. */
async function askForLicence({ terminal, signal }: CommandContext, licence: Licence) {
  const { stdin, stderr } = terminal
  tell(terminal, `${licence.text}\n${licence.url}\n`)
  const question = createInterface({ input: stdin, output: stderr })
  const isAsked = stdin.isTTY === true
  const answer = isAsked ? await question.question('Accept this licence? [y/N] ', { signal }) : ''
  question.close()
  if (/^y(es)?$/i.test(answer.trim())) return
  const message = 'Read the licence above, and accept it with --accept-licence.'
  throw new AppError('cli.licence', message)
}

const settingsOf = ({ source, from, limit, proxy, certificates }: Options) => ({
  downloadSource: from === undefined ? source : ('custom' as const),
  customSource: from ?? '',
  downloadLimitBytesPerSecond: limit === undefined ? null : limit * kibibyte,
  proxy:
    proxy === undefined
      ? { type: 'environment' as const }
      : { type: 'manual' as const, url: proxy },
  certificateFile: certificates ?? null,
})

/** Shows the step with its speed; what must be waited for is said in whole. */
function progressOn(line: ProgressLine): FetchModelOptions['onProgress'] {
  const meter = new ProgressMeter()
  return (step, doneBytes, totalBytes) => {
    if (totalBytes === null)
      return line.update(0, step.type === 'waiting' ? step.failure.message : step.type)
    const { bytesPerSecond, timeLeftMs } = meter.update(doneBytes, totalBytes, performance.now())
    const detail =
      step.type === 'waiting'
        ? step.failure.message
        : `${step.type === 'running' ? step.step : step.type} ${describeSpeed(bytesPerSecond, timeLeftMs)}`
    line.update(totalBytes === 0 ? 0 : doneBytes / totalBytes, detail.trimEnd())
  }
}
