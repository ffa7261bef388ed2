import { readFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EngineProcess } from '../../src-main/core/engine/engine-process.ts'
import { prepareModel } from '../../src-main/core/models/prepare-model.ts'
import { newFolder } from '../fakes/new-folder.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

/** Whether our kernels were written for this processor; they are built on Linux. */
function hasAvx2(): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false
  return /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'))
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
    expect(loaded).toMatch(hasAvx2() ? /^chatglm AVX/ : /^ggml$/)
    expect(replied).toBe(loaded)
  })

  test('those of llama.cpp where ours are switched off', async () => {
    expect(await kernelsNamed({ CHATGLM_ENGINE_KERNELS: 'off' })).toEqual(['ggml', 'ggml'])
  })
})
