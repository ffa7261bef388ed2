import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { adapterUseSchema } from '../core/engine/adapter-messages.ts'
import type { EngineClient } from '../core/engine/engine-client.ts'
import { prepareAdapter } from '../core/models/prepare-adapter.ts'
import type { AdapterUse } from '../shared/engine-api.ts'
import { AppError } from '../shared/errors.ts'
import type { CommandContext, EngineSession } from './model-session.ts'
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

/** The adapter that the options name, converted first where that is needed. Throws AppError. */
export async function prepareNamedAdapter(
  { signal }: CommandContext,
  { client, modelsFolder: folder }: EngineSession,
  { adapter, adapterScale }: AdapterOptions,
): Promise<AdapterUse | undefined> {
  if (adapter === undefined) {
    if (adapterScale === undefined) return undefined
    throw new AppError(
      'cli.no_adapter',
      '--adapter-scale needs --adapter. Name the adapter as well.',
    )
  }
  if (!existsSync(adapter)) {
    const message = `There is no adapter at ${adapter}. Name its folder or GGUF file.`
    throw new AppError('cli.adapter_not_found', message)
  }
  const path = await prepareAdapter(client, adapter, { folder, signal })
  return adapterScale === undefined ? { path } : { path, scale: adapterScale }
}

/** Has all that is asked of the loaded model from now on read and written with the adapter. */
export async function useAdapter(client: EngineClient, adapter?: AdapterUse): Promise<void> {
  if (adapter) await client.request('adapter.check', { adapter })
  client.adapter = adapter
}
