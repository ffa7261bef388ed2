import { type Command, InvalidArgumentError, Option } from 'commander'
import type { z } from 'zod'
import { engineParamsSchemas, samplingSchema } from '../core/engine/engine-messages.ts'
import type { ConvertType, SamplingOptions } from '../shared/engine-api.ts'

const sampling = samplingSchema.shape
export const loadSchema = engineParamsSchemas['model.load'].pick({
  contextLength: true,
  threads: true,
  gpuLayers: true,
})
const load = loadSchema.shape

export const convertTypes: readonly ConvertType[] = [
  'source',
  'f16',
  'bf16',
  'q8_0',
  'q4_0',
  'q4_k_m',
]

/** Reads an option as a number within the bounds of the engine's contract. */
export function numberOf(schema: z.ZodType): (text: string) => number {
  return (text) => {
    const number = text.trim() === '' ? Number.NaN : Number(text)
    if (Number.isNaN(number)) throw new InvalidArgumentError('It must be a number.')
    const parsed = schema.safeParse(number)
    if (parsed.success) return number
    throw new InvalidArgumentError(`${parsed.error.issues[0]?.message ?? 'It is out of range'}.`)
  }
}

/** The value as `schema` sees it; commander's own checks have passed by then. */
export type LoadOptions = z.infer<typeof loadSchema>

export interface ModelOptions extends LoadOptions {
  model?: string
  type: ConvertType
}

/** Adds what every command with a model takes. */
export function addModelOptions(command: Command): Command {
  return command
    .option(
      '-m, --model <path>',
      'GGUF file, checkpoint folder or downloaded model (default: the demo model)',
    )
    .addOption(
      new Option('--type <type>', 'precision of a checkpoint folder, converted at its first use')
        .choices(convertTypes)
        .default('source'),
    )
    .option(
      '--context-length <tokens>',
      'most tokens of a conversation',
      numberOf(load.contextLength),
    )
    .option('--threads <count>', 'threads of the CPU', numberOf(load.threads))
    .option(
      '--gpu-layers <count>',
      'layers on the GPU; -1 for all, 0 for none',
      numberOf(load.gpuLayers),
    )
}

const collect = (text: string, earlier: string[] = []): string[] => {
  if (text === '') throw new InvalidArgumentError('It must not be empty.')
  return [...earlier, text]
}

/** Adds what decides on the words of a reply. Absent ones take the official defaults. */
export function addSamplingOptions(command: Command): Command {
  return command
    .option(
      '--temperature <number>',
      '0 takes the likeliest word (0.8)',
      numberOf(sampling.temperature),
    )
    .option('--top-k <count>', 'choose among so many; 0 for all (50)', numberOf(sampling.topK))
    .option(
      '--top-p <share>',
      'choose among the likeliest of that share (0.8)',
      numberOf(sampling.topP),
    )
    .option('--min-p <share>', 'least share of the likeliest (0)', numberOf(sampling.minP))
    .option(
      '--repetition-penalty <number>',
      'above 1 repeats less (1)',
      numberOf(sampling.repetitionPenalty),
    )
    .option('--seed <number>', 'the same seed gives the same reply', numberOf(sampling.seed))
    .option('--max-length <tokens>', 'of prompt and reply (8192)', numberOf(sampling.maxLength))
    .option('--max-new-tokens <tokens>', 'of the reply', numberOf(sampling.maxNewTokens))
    .option('--stop <text>', 'ends the reply before this text; may be repeated', collect)
}

/** Picks the sampling out of a command's options. */
export const samplingOf = (options: object): SamplingOptions => samplingSchema.parse(options)
