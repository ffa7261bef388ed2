import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { buildEngine, engineBuildFolder } from '../../build/setup/engine-build.ts'
import { ensureLlama } from '../../build/setup/llama-libraries.ts'
import { hostPlatform } from '../../build/setup/paths.ts'

const emulator = 'qemu-aarch64-static'
const missing = [
  ...['aarch64-linux-gnu-g++', emulator].filter(
    (name) => execaSync('which', [name], { reject: false }).exitCode !== 0,
  ),
  ...['/usr/src/googletest'].filter((path) => !existsSync(path)),
]
const reason =
  hostPlatform === 'linux-x64'
    ? missing.length > 0 && `missing: ${missing.join(', ')}`
    : 'they run on Linux on x86-64'
if (reason !== false) {
  process.stderr.write(`Tests of our kernels for 64-bit ARM are skipped, ${reason}\n`)
}

/** Whether programs for 64-bit ARM can be built and run here; when not, stderr says why. */
export const hasArm = reason === false

/** Processors of QEMU: the first has the dot products that our kernels need, the other has not. */
export type ArmProcessor = 'neoverse-n1' | 'cortex-a72'

/** The folder of our kernels and of the programs that try them. */
export const armFolder = join(engineBuildFolder('linux-arm64'), 'bin')

/** Builds what tries our kernels, which takes a fraction of the whole engine's time. */
export const buildArmKernels = (): Promise<void> =>
  buildEngine('linux-arm64', {
    tests: true,
    targets: ['ggml-chatglm', 'kernels_tests', 'greedy-replies'],
  })

async function emulate(processor: ArmProcessor, args: string[], input = ''): Promise<string> {
  const system = ['-L', '/usr/aarch64-linux-gnu', '-cpu', processor]
  const { stdout } = await execa(emulator, [...system, ...args], { input })
  return stdout
}

/** What GoogleTest tells of the kernels' own tests. */
export const testArmKernels = (processor: ArmProcessor): Promise<string> =>
  emulate(processor, [join(armFolder, 'kernels_tests')])

export interface ArmReplies {
  /** The name of our kernels, or `stock`. */
  kernels: string | undefined
  /** Ids, as many lists as there were prompts. */
  replies: number[][]
}

/** What a model answers to prompts of ids when libllama loads our kernels beside the stock ones. */
export async function replyOnArm(
  processor: ArmProcessor,
  model: string,
  prompts: number[][],
): Promise<ArmReplies> {
  const stock = join(await ensureLlama('linux-arm64'), 'lib')
  const ours = join(armFolder, 'libggml-chatglm.so')
  const args = [join(armFolder, 'greedy-replies'), stock, ours, model]
  const input = prompts.map((ids) => `${ids.join(' ')}\n`).join('')
  const [kernels, ...lines] = (await emulate(processor, args, input)).split('\n')
  return { kernels, replies: lines.map((line) => line.trim().split(' ').map(Number)) }
}
