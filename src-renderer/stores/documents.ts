import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import {
  type DocumentChoice,
  type DocumentCut,
  type DocumentsUse,
  largestDocumentBytes,
  mostDocuments,
  type ReadDocument,
} from '@shared/documents.ts'
import { AppError, type AppFailure, failureOf } from '@shared/errors.ts'
import { type ChatId, type DocumentId, newDocumentId } from '@shared/ids.ts'
import { useBridge } from '../bridge/bridge.ts'
import { readAsBase64 } from './read-as-base64.ts'

/** A file that was put into the composer and is not sent yet. */
export interface AttachedFile {
  id: DocumentId
  /** Null for a new chat. */
  chatId: ChatId | null
  name: string
  sizeBytes: number
  state:
    | { type: 'reading' }
    | { type: 'ready'; document: ReadDocument }
    | { type: 'failed'; failure: AppFailure }
}

/** The files in the composers of all chats; the app holds their texts. */
export const useDocumentsStore = defineStore('documents', () => {
  const bridge = useBridge()
  const files = shallowReactive(new Map<DocumentId, AttachedFile>())
  /** How files are cut that do not fit: as it was chosen the last time. */
  const cut = useLocalStorage<DocumentCut>('document-cut', 'nearest')
  /** What would be given now; null while it is not known. */
  const use = shallowRef<DocumentsUse | null>(null)
  /** Why it is not known. */
  const failure = shallowRef<AppFailure | null>(null)
  let lastMeasuring = 0

  const filesOf = (chatId: ChatId | null): AttachedFile[] =>
    [...files.values()].filter((file) => file.chatId === chatId)

  const choiceOf = (chatId: ChatId | null): DocumentChoice | null => {
    const ready = filesOf(chatId).filter(({ state }) => state.type === 'ready')
    return ready.length === 0 ? null : { documentIds: ready.map(({ id }) => id), cut: cut.value }
  }

  function settle(id: DocumentId, state: AttachedFile['state']): void {
    const file = files.get(id)
    if (file) files.set(id, { ...file, state })
    else if (state.type === 'ready') void bridge.request('document.release', { documentIds: [id] })
  }

  async function readFile(id: DocumentId, file: File): Promise<ReadDocument> {
    if (file.size > largestDocumentBytes)
      throw new AppError('document.too_large', 'This file is too large. Split it.')
    const content = await readAsBase64(file)
    return bridge.request('document.read', { documentId: id, name: file.name, content })
  }

  async function addOne(chatId: ChatId | null, file: File): Promise<void> {
    const id = newDocumentId()
    const { name, size: sizeBytes } = file
    files.set(id, { id, chatId, name, sizeBytes, state: { type: 'reading' } })
    try {
      settle(id, { type: 'ready', document: await readFile(id, file) })
    } catch (error) {
      settle(id, { type: 'failed', failure: failureOf(error) })
    }
  }

  /**
   * Has files read, as many as there is room for. Each shows how that goes; nothing is thrown. Gives the
   * number of those that there is no room for.
   */
  function add(chatId: ChatId | null, added: File[]): number {
    const room = Math.max(0, mostDocuments - filesOf(chatId).length)
    for (const file of added.slice(0, room)) void addOne(chatId, file)
    return Math.max(0, added.length - room)
  }

  async function remove(id: DocumentId): Promise<void> {
    const isHeld = files.get(id)?.state.type === 'ready'
    files.delete(id)
    if (isHeld) await bridge.request('document.release', { documentIds: [id] })
  }

  /** Takes the files of a chat out of its composer: they were sent. */
  function forgetSent(chatId: ChatId | null): void {
    for (const { id } of filesOf(chatId)) files.delete(id)
    use.value = null
  }

  function move(from: ChatId | null, to: ChatId | null): void {
    for (const file of filesOf(from)) files.set(file.id, { ...file, chatId: to })
  }

  /** Finds out what would be given with this question; an answer that came too late is dropped. */
  async function measure(chatId: ChatId | null, text: string): Promise<void> {
    const measuring = (lastMeasuring += 1)
    const documents = choiceOf(chatId)
    let measured: DocumentsUse | null = null
    let measuredFailure: AppFailure | null = null
    try {
      if (documents)
        measured = await bridge.request('document.measure', { chatId, text, documents })
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      measuredFailure = failureOf(error)
    }
    if (measuring !== lastMeasuring) return
    use.value = measured
    failure.value = measuredFailure
  }

  return { cut, use, failure, filesOf, choiceOf, add, remove, forgetSent, move, measure }
})
