import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mutation } from './mutations.ts'
import { read } from './targets/catalogue.ts'
import { importFile } from './targets/chat-import.ts'
import { open } from './targets/links.ts'

const corpusFolder = join(import.meta.dirname, '../../fixtures/corpus')

interface Reader {
  folder: string
  read: (data: Uint8Array) => string | Promise<string>
  /** How many changes of its files it reads as well. */
  changes: number
  /** What comes of files by name; those that the fuzzer found are named by their hash. */
  outcomes: Record<string, string[]>
}

const readers: Reader[] = [
  {
    folder: 'chat-import',
    read: importFile,
    changes: 300,
    outcomes: {
      taken: ['byte-order-mark', 'chatgpt', 'chatgpt-unasked', 'history', 'lone-surrogate', 'own'],
      empty: ['chatgpt-ring', 'own-no-parent'],
      refused: ['cut', 'own-later', 'own-without-chats', 'prototype'],
    },
  },
  {
    folder: 'catalogue',
    read,
    changes: 1000,
    outcomes: {
      taken: ['sound'],
      refused: [
        'deep',
        'empty',
        'leaves-its-folder',
        'licence-outside',
        'licence-unknown',
        'null',
        'one-slash',
      ],
    },
  },
  {
    folder: 'links',
    read: open,
    changes: 1000,
    outcomes: {
      new_chat: ['new-chat', 'broken-percent'],
      open_chat: ['chat'],
      open_chats: ['chats'],
      open_model: ['model', 'file-address', 'other-computer'],
      ignored: ['chat-outside', 'three-slashes', 'option', 'nul'],
    },
  },
]

/** Reads each file, and many changes of those with a name; a reader that breaks one of its promises throws. */
test.each(readers)(
  '$folder: what is kept is read as before, and so are changes of it',
  async ({ folder, read, changes, outcomes }) => {
    const contentOf = (name: string) => readFileSync(join(corpusFolder, folder, name))
    const files = readdirSync(join(corpusFolder, folder))
    const found = new Map<string, string>()
    for (const name of files) found.set(name, await read(contentOf(name)))
    for (const [outcome, names] of Object.entries(outcomes))
      for (const name of names) expect([name, found.get(name)]).toEqual([name, outcome])

    const contents = Object.values(outcomes).flat().map(contentOf)
    const counts: Record<string, number> = {}
    const changed = fc
      .tuple(fc.constantFrom(...contents), mutation)
      .map(([content, mutate]) => Buffer.from(mutate(content.toString('utf8'))))
    await fc.assert(
      fc.asyncProperty(changed, async (content) => {
        const outcome = await read(content)
        counts[outcome] = (counts[outcome] ?? 0) + 1
      }),
      { numRuns: changes, seed: 20231 },
    )
    expect(Object.keys(counts).sort()).toEqual(Object.keys(outcomes).sort())
    process.stdout.write(`${folder}: ${files.length} files, then ${JSON.stringify(counts)}\n`)
  },
  300_000,
)
