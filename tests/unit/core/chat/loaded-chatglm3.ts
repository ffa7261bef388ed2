import type { LoadedModel } from '../../../../src-main/shared/engine-api.ts'

/** What an engine says that has loaded a model of ChatGLM3. */
export const chatGlm3: LoadedModel = {
  description: {
    ...{ path: '/models/chatglm3-6b.gguf', format: 'gguf', family: 'chatglm3' },
    ...{ weightType: 'q4_0', sizeBytes: 3_513_000_000, parameterCount: 6_243_584_000 },
    ...{ layerCount: 28, hiddenSize: 4096, feedForwardSize: 13_696, headCount: 32 },
    ...{ kvHeadCount: 2, vocabularySize: 65_024, contextLength: 8192, ropeScale: 1 },
    ropeBase: 10_000,
  },
  ...{ memory: [], contextLength: 8192, threads: 4 },
}
