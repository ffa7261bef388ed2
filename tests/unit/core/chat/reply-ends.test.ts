import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { AppEventBus } from '../../../../src-main/core/app/app-events.ts'
import { ReplyEnds } from '../../../../src-main/core/chat/reply-ends.ts'
import { StoreClient } from '../../../../src-main/core/store/store-client.ts'
import { startStoreThread, type StoreHost } from '../../../../src-main/core/store/store-host.ts'
import type { StoreAnswer } from '../../../../src-main/core/store/store-operations.ts'
import type { EventMessage } from '../../../../src-main/shared/app-api.ts'
import { chatId, messageId } from '../../../../src-main/shared/ids.ts'
import { newFolder } from '../../../fakes/new-folder.ts'
import { until } from '../../../fakes/wait.ts'

const chat = chatId('chat')
const replyId = messageId('reply')
const storeEntry = new URL('../../../../src-main/core/store/store-worker.ts', import.meta.url)

/** A store whose disk takes no end of a reply while it is full. */
class FullDisk {
  isFull = true
  private answer: (answer: StoreAnswer) => void = () => undefined

  host(): StoreHost {
    const host = startStoreThread(storeEntry)
    return {
      ...host,
      onAnswer: (listener) => {
        this.answer = listener
        host.onAnswer(listener)
      },
      send: (question) => {
        const isEnd = question.type === 'ask' && question.operation === 'reply.finish'
        if (!isEnd || !this.isFull) return host.send(question)
        const error = { code: 'store.disk_full', message: 'The disk is full.' }
        this.answer({ id: question.id, ok: false, error })
      },
    }
  }
}

/** A reply of which a half was saved and the whole is written. */
async function endedReply() {
  const disk = new FullDisk()
  const { store } = await StoreClient.open(disk.host(), join(newFolder(), 'chats.db'))
  const told: EventMessage[] = []
  const events = new AppEventBus()
  events.subscribe((message) => told.push(message))
  const ends = new ReplyEnds(store, events, { info: () => undefined, error: () => undefined })
  onTestFinished(async () => {
    await ends.close()
    await store.close()
  })
  await store.ask('chat.create', { chatId: chat, title: '' })
  const ids = { questionId: messageId('question'), replyId }
  await store.ask('message.append', { chatId: chat, ...ids, text: 'Why?', model: null })
  await store.ask('reply.checkpoint', { replyId, text: 'Because' })
  const end = { text: 'Because of that.', end: 'done', statistics: null } as const
  await ends.save({ chatId: chat, replyId, ...end, failure: null })
  const read = async () => ends.asEnded(await store.ask('message.read', { messageId: replyId }))
  return { disk, ends, read, told }
}

const failure = { code: 'store.disk_full', message: 'The disk is full.' }

test('shows all of a reply whose end the disk did not take, and why', async () => {
  const { read, told } = await endedReply()

  expect(await read()).toMatchObject({ text: 'Because of that.', status: 'failed', failure })
  const message = { text: 'Because of that.', status: 'failed', failure }
  expect(told.at(-1)).toMatchObject({ event: 'reply.finished', payload: { message } })
})

test('saves it as it ended once the disk has room, by itself', async () => {
  const { disk, read, told } = await endedReply()
  disk.isFull = false

  await until(() => told.length === 2)

  expect(await read()).toMatchObject({ text: 'Because of that.', status: 'done', failure: null })
  expect(told[1]).toMatchObject({ payload: { message: { status: 'done' } } })
})

test('lets nobody build on it before it is saved', async () => {
  const { disk, ends, read } = await endedReply()

  await expect(ends.saveHeld()).rejects.toMatchObject(failure)
  disk.isFull = false
  await ends.saveHeld()

  expect(await read()).toMatchObject({ text: 'Because of that.', status: 'done' })
})
