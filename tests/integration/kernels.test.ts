import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EngineProcess } from '../../src-main/core/engine/engine-process.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import { newFolder } from '../fakes/new-folder.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

/** What the engine should name: our kernels are built on Linux, for processors that have these. */
function expectedKernels(): RegExp {
  if (process.platform !== 'linux') return /^ggml$/
  const processor = readFileSync('/proc/cpuinfo', 'utf8')
  if (process.arch === 'x64' && /\bavx2\b/.test(processor)) return /^chatglm AVX/
  if (process.arch === 'arm64' && /\basimddp\b/.test(processor)) return /^chatglm NEON DotProd$/
  return /^ggml$/
}

/** The kernels that the engine names for the loaded model, and for a reply of it. */
async function kernelsNamed(env: NodeJS.ProcessEnv): Promise<(string | undefined)[]> {
  const engine = new EngineProcess({ program: { file: engineFile, environment: () => env } })
  onTestFinished(() => engine.stop())
  const client = await engine.start()
  const path = await prepareModel(client, modelPath, { modelsFolder: newFolder(), type: 'q4_0' })
  const loaded = await client.request('model.load', { path, threads: 1 })
  const { statistics } = await client.request('completion.generate', {
    prompt: '你好',
    sampling: { maxNewTokens: 1 },
  })
  return [loaded.kernels, statistics.kernels]
}

describe.skipIf(!hasRealEngine)('the engine names', () => {
  test('our kernels where they compute', async () => {
    const [loaded, replied] = await kernelsNamed({})
    expect(loaded).toMatch(expectedKernels())
    expect(replied).toBe(loaded)
  })

  test('those of llama.cpp where ours are switched off', async () => {
    expect(await kernelsNamed({ CHATGLM_ENGINE_KERNELS: 'off' })).toEqual(['ggml', 'ggml'])
  })
})
