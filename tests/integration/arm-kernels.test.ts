import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { shippedFiles } from '../../build/setup/package/engine-files.ts'
import { root } from '../../build/setup/paths.ts'
import { EngineProcess } from '../../src-main/core/engine/engine-process.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import { newFolder } from '../fakes/new-folder.ts'
import { armFolder, buildArmKernels, hasArm, replyOnArm, testArmKernels } from './arm-kernels.ts'
import { engineFile, hasRealEngine } from './real-engine.ts'

const demoModel = join(root, 'resources/demo-model')

/** Prompts of the demo model and what its forward pass in NumPy answers, short enough for an emulator. */
async function goldenReplies(): Promise<{ input_ids: number[]; greedy_ids: number[] }[]> {
  const ids = z.array(z.number())
  const expected = z.object({ items: z.array(z.object({ input_ids: ids, greedy_ids: ids })) })
  const text = await readFile(join(demoModel, 'expected.json'), 'utf8')
  return expected
    .parse(JSON.parse(text))
    .items.filter((item) => item.input_ids.length + item.greedy_ids.length < 120)
    .filter((_, index) => index % 40 === 0)
}

/** The demo model as a file, converted by the engine of this computer. */
async function convertedModel(): Promise<string> {
  const engine = new EngineProcess({ program: { file: engineFile } })
  onTestFinished(() => engine.stop())
  const source = join(demoModel, 'int4')
  return prepareModel(await engine.start(), source, { modelsFolder: newFolder(), type: 'source' })
}

describe.skipIf(!hasArm || !hasRealEngine)('our kernels for 64-bit ARM', () => {
  beforeAll(buildArmKernels, 600_000)

  test('compute what plain loops compute', async () => {
    const report = await testArmKernels('neoverse-n1')
    expect(report).toContain('ComputeRowsAsPlainLoopsDo/NEONDotProd (')
    expect(report).not.toContain('SKIPPED')
  })

  test('answer token for token as a forward pass in NumPy, as a module of libllama', async () => {
    const golden = await goldenReplies()
    expect(golden.length).toBeGreaterThan(4)
    const prompts = golden.map((item) => item.input_ids)
    expect(await replyOnArm('neoverse-n1', await convertedModel(), prompts)).toEqual({
      kernels: 'NEON DotProd',
      replies: golden.map((item) => item.greedy_ids),
    })
  })

  test('leave a processor without dot products to the stock ones', async () => {
    const [golden] = await goldenReplies()
    const prompts = [golden?.input_ids ?? []]
    expect(await replyOnArm('cortex-a72', await convertedModel(), prompts)).toEqual({
      kernels: 'stock',
      replies: [golden?.greedy_ids],
    })
  })

  test('are in the packages', async () => {
    expect(await shippedFiles(armFolder)).toContain('libggml-chatglm.so')
  })
})
