import { existsSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const executable = process.platform === 'win32' ? 'chatglm-engine.exe' : 'chatglm-engine'

/** The engine that the set-up builds. */
export const engineFile =
  process.env['CHATGLM_ENGINE'] ?? join(root, 'out/engine/release/bin', executable)

/** A small trained model to talk with. */
export const modelPath =
  process.env['CHATGLM_TEST_MODEL'] ?? join(root, 'resources/demo-model/int4')

const missing = [engineFile, modelPath].filter((path) => !existsSync(path))
if (missing.length > 0) {
  process.stderr.write(`Tests with the real engine are skipped, missing: ${missing.join(', ')}\n`)
}

/** Whether the tests with the real engine can run; when not, stderr says what is missing. */
export const hasRealEngine = missing.length === 0
