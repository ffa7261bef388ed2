import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { EngineClient } from '../engine/engine-client.ts'
import { prepareModel } from '../models/prepare-model.ts'
import type { Resources } from '../resources.ts'
import type { SelfTest } from './probe-backend.ts'

const expectedSchema = z.object({
  items: z.array(z.object({ query: z.string(), history: z.array(z.unknown()), reply: z.string() })),
})

/** A few questions, each the first of a conversation; enough to notice a device that errs. */
const questionCount = 3

/** The demo model, and what it must answer wherever it is computed. */
export async function demoSelfTest(
  { demoModelFolder, demoExpectedFile }: Resources,
  modelsFolder: string,
  engine: () => Promise<EngineClient>,
): Promise<SelfTest> {
  const { items } = expectedSchema.parse(JSON.parse(await readFile(demoExpectedFile, 'utf8')))
  const golden = items
    .filter(({ history }) => history.length === 0)
    .slice(0, questionCount)
    .map(({ query, reply }) => ({ question: query, reply }))
  const model = await prepareModel(await engine(), demoModelFolder, {
    ...{ modelsFolder, type: 'source' },
  })
  return { model, golden }
}
