/**
 * The program of the threads that read files and look through them. Nothing is loaded before it is
 * needed. Messages are `WorkerRequest` and `WorkerAnswer`.
 */
import { parentPort } from 'node:worker_threads'
import { failureOf } from '../../shared/errors.ts'
import type { PassageIndex } from './passage-index.ts'
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts'

const indexes = new Map<string, PassageIndex>()

async function answerTo(request: WorkerRequest): Promise<unknown> {
  switch (request.type) {
    case 'read': {
      const { readDocument } = await import('./read-document.ts')
      return readDocument(request.bytes, request.cmapsFolder)
    }
    case 'rank': {
      const { PassageIndex } = await import('./passage-index.ts')
      const index = indexes.get(request.key) ?? new PassageIndex(request.texts ?? [])
      indexes.set(request.key, index)
      return index.rank(request.question)
    }
    case 'forget':
      return indexes.delete(request.key)
  }
}

parentPort?.on('message', (request: WorkerRequest) => {
  const say = (answer: WorkerAnswer): void => parentPort?.postMessage(answer)
  answerTo(request).then(
    (value) => say({ ok: true, value }),
    (error: unknown) => say({ ok: false, error: failureOf(error) }),
  )
})
