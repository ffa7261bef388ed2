// @vitest-environment happy-dom
import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { h, nextTick } from 'vue'
import type { Chat } from '@shared/chat.ts'
import type { DocumentsUse } from '@shared/documents.ts'
import { AppError } from '@shared/errors.ts'
import { chatId } from '@shared/ids.ts'
import { useConversationStore } from '../../../../src-renderer/stores/conversation.ts'
import { useModelsStore } from '../../../../src-renderer/stores/models.ts'
import { useToastsStore } from '../../../../src-renderer/stores/toasts.ts'
import ChatView from '../../../../src-renderer/views/ChatView.vue'
import type { FakeAnswers } from '../fake-bridge.ts'
import { installed } from '../models/sample-models.ts'
import { readyModel } from '../settings/ready-model.ts'
import { findByName, mountInApp } from '../shell/mount-in-app.ts'

enableAutoUnmount(afterEach)
beforeEach(() => localStorage.clear())

const chat: Chat = {
  ...{ id: chatId('c'), title: '', createdAtMs: 0, updatedAtMs: 0, pinned: false, archived: false },
  ...{ tags: [], deletedAtMs: null, activeLeafId: null, settings: {}, draft: '' },
}

const context = { contextLength: 8192, fits: true, forgottenRounds: 0, firstSeenId: null }

/** What would be given of one document of 20,000 tokens. */
const cutUse = (id: string): DocumentsUse => ({
  documents: [
    { id: id as never, tokens: 20_000, givenTokens: 7000, isWhole: false, pages: [1, 2, 9] },
  ],
  ...{ context: { ...context, promptTokens: 7600 }, neededTokens: 20_100, isEstimate: false },
})

const answers: FakeAnswers = {
  'chat.create': () => chat,
  'chat.open': () => ({ chat, messages: [], earlierCount: 0 }),
  'chat.count_context': () => ({ ...context, promptTokens: 10 }),
  'chat.write_draft': () => null,
  'document.release': () => null,
  'document.read': ({ documentId, name, content }) => {
    if (name.endsWith('.png')) throw new AppError('document.unknown_type', 'No text.')
    const sizeBytes = atob(content).length
    return { id: documentId, name, kind: 'pdf', sizeBytes, pageCount: 9, characters: sizeBytes }
  },
  'document.measure': ({ documents }) => cutUse(documents.documentIds[0] ?? ''),
}

/** The composer counts once nothing has been typed for a while. */
const countingMs = 400

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, countingMs))
  await flushPromises()
}

async function open(more: FakeAnswers = {}) {
  const app = await mountInApp(() => h(ChatView), {
    answers: { ...answers, ...more, 'model.list': () => [installed] },
    snapshot: { model: readyModel },
  })
  await useModelsStore().read()
  await flushPromises()
  return app
}

/** Puts files into the composer as a paste does. */
async function paste(...files: File[]): Promise<void> {
  const data = new DataTransfer()
  for (const file of files) data.items.add(file)
  const event = new ClipboardEvent('paste', { clipboardData: data, cancelable: true })
  findByName('textbox', 'Message').dispatchEvent(event)
  await settle()
}

async function type(text: string): Promise<void> {
  const field = findByName('textbox', 'Message') as HTMLTextAreaElement
  field.value = text
  field.dispatchEvent(new Event('input'))
  await nextTick()
}

const press = (key: string) =>
  findByName('textbox', 'Message').dispatchEvent(new KeyboardEvent('keydown', { key }))
const page = (): string => document.body.textContent

test('a file shows what it is, what of it is read, and how more could be', async () => {
  const { askedFor } = await open()

  await paste(new File(['abc'], 'book.pdf'))

  expect(page()).toContain('3 B · 9 pages · 7,000 of 20,000 tokens · pages 1–2, 9')
  expect(page()).toContain('the model reads 7,000 of 20,000 tokens')
  expect(page()).toContain('All of it needs 20,100 tokens. ChatGLM2-6B-32K reads up to 32,768.')
  expect(page()).toContain('93%')
  findByName('radio', 'Beginning and end').click()
  await settle()
  expect(askedFor('document.measure').at(-1)).toMatchObject({ documents: { cut: 'ends' } })
})

test('a question that is refused keeps its files', async () => {
  const { askedFor } = await open({
    'chat.send': () => Promise.reject(new AppError('model.none', 'No model.')),
  })
  await paste(new File(['abc'], 'book.pdf'))
  await type('Why?')

  press('Enter')
  await settle()
  // It was refused: neither the question nor the file is lost, also in the chat that it made.
  expect(askedFor('chat.send')).toMatchObject([{ text: 'Why?', documents: { cut: 'nearest' } }])
  expect(useConversationStore().chat?.id).toBe('c')
  expect(page()).toContain('book.pdf')
  expect((findByName('textbox', 'Message') as HTMLTextAreaElement).value).toBe('Why?')
})

test('a file that cannot be read says why, and is taken out', async () => {
  const { askedFor } = await open()
  await paste(
    new File(['abc'], 'picture.png'),
    new File([new Uint8Array(40 * 2 ** 20)], 'film.txt'),
  )

  expect(page()).toContain('This is no text, PDF or Word file (.docx).')
  expect(page()).toContain('This file is larger than 32 MB.')
  expect(askedFor('document.read')).toHaveLength(1)
  findByName('button', 'Remove picture.png').click()
  findByName('button', 'Remove film.txt').click()
  await settle()
  expect(page()).not.toContain('picture.png')
  expect(askedFor('document.measure')).toEqual([])
})

test('files that a question has no room for are told, and left out', async () => {
  const { askedFor } = await open()

  await paste(...Array.from({ length: 22 }, (_, n) => new File(['abc'], `${n}.pdf`)))

  expect(askedFor('document.read')).toHaveLength(20)
  expect(useToastsStore().toasts).toMatchObject([
    { text: 'A question takes 20 files at most; 2 were left out.' },
  ])
})

test('nothing is sent while it is not known what would be', async () => {
  const { askedFor } = await open({
    'document.measure': () => Promise.reject(new AppError('document.no_room', 'No room.')),
    'chat.send': () => Promise.reject(new AppError('app.bug', 'It was sent.')),
  })
  await paste(new File(['abc'], 'book.pdf'))
  expect(page()).toContain('The model has no room for these files.')
  await type('Why?')
  press('Enter')
  await settle()
  expect(askedFor('chat.send')).toEqual([])

  findByName('button', 'Remove book.pdf').click()
  await settle()
  press('Enter')
  await settle()
  expect(askedFor('chat.send')).toHaveLength(1)
})
