/**
 * Works with a store on a disk that fails: `store-faults-host.ts DATABASE`. Writes a line for each step
 * with the code of its error, `null` when it succeeded. At the end the disk is well again, and the store
 * must go on.
 */
import { writeSync } from 'node:fs'
import { Store } from '../../src-main/core/store/store.ts'
import { chatId } from '../../src-main/shared/ids.ts'
import { setDiskFault } from '../fakes/failing-disk/failing-disk.ts'
import { storeSteps } from '../fakes/failing-disk/store-steps.ts'

const [file = ''] = process.argv.slice(2)

async function attempt(step: string, run: () => unknown): Promise<void> {
  let code: string | null = null
  try {
    await run()
  } catch (error) {
    code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
  }
  writeSync(1, `${JSON.stringify({ step, code })}\n`)
}

let store: Store | undefined
await attempt('open', async () => (store = await Store.open(file)))
const opened = store
if (opened !== undefined) {
  for (const step of storeSteps) await attempt(step.name, () => step.run(opened))
  setDiskFault(process.env['CHATGLM_TEST_DISK_CONTROL'] ?? '', {})
  const rename = { chatId: chatId('chat-0'), title: 'After it' }
  await attempt('after', () => opened.ask('chat.rename', rename))
}
process.exit() // without a close, as in a crash
