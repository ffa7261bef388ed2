import type { Command } from 'commander'
import { adapterUseSchema } from '../core/engine/adapter-messages.ts'
import type { EngineClient } from '../core/engine/engine-client.ts'
import { prepareAdapter } from '../core/models/prepare-adapter.ts'
import type { AdapterUse } from '../shared/engine-api.ts'
import { AppError } from '../shared/errors.ts'
import { numberOf } from './options.ts'

export interface AdapterOptions {
  adapter?: string
  adapterScale?: number
}

/** Adds what names an adapter that replies are written with. */
export function addAdapterOptions(command: Command): Command {
  return command
    .option(
      '--adapter <path>',
      'folder of a P-Tuning v2 checkpoint or of a LoRA adapter (PEFT), or a GGUF file of one',
    )
    .option(
      '--adapter-scale <number>',
      'how much of a LoRA adapter to add (1)',
      numberOf(adapterUseSchema.shape.scale),
    )
}

/** The adapter that is named, converted when it must be. Throws AppError `cli.usage`. */
export async function adapterOf(
  { adapter, adapterScale }: AdapterOptions,
  client: EngineClient,
  place: { folder: string; signal: AbortSignal },
): Promise<AdapterUse | undefined> {
  if (adapter === undefined) {
    if (adapterScale === undefined) return undefined
    throw new AppError('cli.usage', '--adapter-scale needs --adapter. Name the adapter as well.')
  }
  const path = await prepareAdapter(client, adapter, place)
  return adapterScale === undefined ? { path } : { path, scale: adapterScale }
}
