import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StoreClient } from '../../../../src-main/core/store/store-client.ts'
import type {
  StoreOperation,
  StoreParams,
} from '../../../../src-main/core/store/store-operations.ts'
import { Store } from '../../../../src-main/core/store/store.ts'
import { treeFault, type WholeChat } from '../../../../src-main/core/store/whole-chat.ts'
import { TransferService } from '../../../../src-main/core/transfer/transfer-service.ts'
import { AppError } from '../../../../src-main/shared/errors.ts'
import { must } from './must.ts'

const folder = mkdtempSync(join(tmpdir(), 'chatglm-import-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
const store = await Store.open(join(folder, 'chats.db'))

/** The store without a thread around it, so that the fuzzer sees what it does as well. */
const ask = async <O extends StoreOperation>(operation: O, params: StoreParams<O>) =>
  structuredClone(store.ask(operation, params))
const transfer = new TransferService({ ask } as unknown as StoreClient, '0.0.0')

const everything = (): WholeChat[] => store.ask('chat.export', { chatIds: null })

function purgeAll(): WholeChat[] {
  const chats = everything()
  store.ask('chat.purge', { chatIds: chats.map(({ id }) => id) })
  must(everything().length === 0, 'chats that stay when they are purged')
  return chats
}

/** Takes a file into an empty store. Throws when what is in there then must not be so. */
export async function importFile(data: Uint8Array): Promise<'taken' | 'empty' | 'refused'> {
  const text = Buffer.from(data).toString('utf8')
  let report
  try {
    report = await transfer.import('file.json', text)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    must(everything().length === 0, error)
    return 'refused'
  }
  must(report.warnings.length <= 101, report)
  const chats = everything()
  must(report.chats === chats.length, report)
  must(report.messages === chats.flatMap(({ messages }) => messages).length, report)
  if (chats.length === 0) return 'empty'
  for (const chat of chats) must(treeFault(chat) === null, chat)

  // What was let in can be read, and comes back from its own file without any loss.
  await transfer.export(null, 'markdown')
  for (const { id } of chats) await transfer.export([id], 'history')
  const own = await transfer.export(null, 'json')
  purgeAll()
  await transfer.import(own.fileName, own.text)
  const again = purgeAll()
  must(JSON.stringify(again) === JSON.stringify(chats), [chats, again])
  return 'taken'
}

/** For libFuzzer. */
export async function fuzz(data: Uint8Array): Promise<void> {
  await importFile(data)
}
