import { z } from 'zod'
import type { AdapterDescription, AdapterUse } from '../../shared/engine-api.ts'

const path = z.string().min(1)
const positive = z.int().positive()

export const adapterUseSchema = z.object({
  path,
  scale: z.number().min(0).max(10).exactOptional(),
}) satisfies z.ZodType<AdapterUse>

/** What the engine tells of an adapter, as it is kept. */
export const adapterDescriptionSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('prefix'), prefixLength: positive }),
  z.object({ type: z.literal('lora'), rank: positive }),
]) satisfies z.ZodType<AdapterDescription>

/** A field that calls which read a conversation have. */
export const adapter = adapterUseSchema.exactOptional()

export const adapterParamsSchemas = {
  'adapter.convert': z.object({ source: path, destination: path }),
  'adapter.inspect': z.object({ path }),
  'adapter.check': z.object({ adapter: adapterUseSchema }),
}

export const adapterResultSchemas = {
  'adapter.convert': z.object({
    sizeBytes: z.int().nonnegative(),
    description: adapterDescriptionSchema,
  }),
  'adapter.inspect': adapterDescriptionSchema,
  'adapter.check': z.null(),
}
