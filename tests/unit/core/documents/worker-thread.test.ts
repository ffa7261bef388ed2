import { expect, test } from 'vitest'
import { WorkerThread } from '../../../../src-main/core/documents/worker-thread.ts'

const request = { type: 'read', bytes: new Uint8Array(), cmapsFolder: '' } as const

/** A thread that does this with each message instead. */
const threadThat = (does: string): WorkerThread =>
  new WorkerThread(
    new URL(
      `data:text/javascript,${encodeURIComponent(
        `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { ${does} })`,
      )}`,
    ),
  )

test.each([
  ['ends', 'process.exit(1)', 60_000],
  ['throws', `throw new Error('x')`, 60_000],
  [
    'fills the memory',
    'const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))',
    60_000,
  ],
  ['never answers', 'for (;;);', 300],
])('a thread that %s is told in a sentence', async (_name, does, limitMs) => {
  const thread = threadThat(does)

  await expect(thread.ask(request, limitMs)).rejects.toMatchObject({ code: 'document.too_hard' })
  // Nor does it answer later.
  await thread.end()
  await expect(thread.ask(request, limitMs)).rejects.toMatchObject({ code: 'document.too_hard' })
})
