/**
 * A host that keeps the engine busy until it is killed: starts it, loads the model over and over
 * or lets it write without end. Its argument is an OrphanPlan.
 */
import { z } from 'zod'
import { EngineProcess } from '../../src-main/core/engine/engine-process.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'

const plan = z
  .object({
    file: z.string(),
    args: z.array(z.string()),
    modelPath: z.string(),
    modelsFolder: z.string(),
    busyWith: z.enum(['load', 'generate']),
  })
  .parse(JSON.parse(process.argv[2] ?? ''))

export type OrphanPlan = typeof plan

const engine = new EngineProcess({ program: { file: plan.file, args: plan.args } })
const client = await engine.start()
const { modelsFolder, busyWith } = plan
const path = await prepareModel(client, plan.modelPath, { modelsFolder, type: 'source' })
await client.request('model.load', { path })
process.stdout.write('busy\n')
for (;;) {
  if (busyWith === 'load') await client.request('model.load', { path })
  else await client.request('completion.generate', { prompt: '一', sampling: { maxLength: 8000 } })
}
