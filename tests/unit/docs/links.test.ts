import { existsSync, globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { root } from '../../../build/setup/paths.ts'

const folders = '{src-main,src-renderer,engine,tests,resources,docs}'
const files = globSync(['*.md', `${folders}/**/*.md`], {
  cwd: root,
  exclude: ['**/fixtures/**', '**/node_modules/**'],
})

function addressesIn(node: Nodes): string[] {
  if (node.type === 'link' || node.type === 'image') return [node.url]
  return 'children' in node ? node.children.flatMap(addressesIn) : []
}

test('every document leads only to files that are there', async () => {
  expect(files).toContain('CONTRIBUTING.md')
  const broken: string[] = []
  for (const file of files)
    for (const url of addressesIn(fromMarkdown(await readFile(join(root, file), 'utf8')))) {
      const path = url.replace(/#.*$/, '')
      const isElsewhere = /^[a-z]+:/.test(url) || path === ''
      if (!isElsewhere && !existsSync(join(root, dirname(file), path)))
        broken.push(`${file}: ${url}`)
    }
  expect(broken).toEqual([])
})

test('every file that a document names in code is there', async () => {
  const broken: string[] = []
  for (const file of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md']) {
    const text = await readFile(join(root, file), 'utf8')
    const named = [...text.matchAll(/`((?:src-main|src-renderer|engine|tests|docs)\/[\w./-]+)`/g)]
    broken.push(
      ...named
        .map(([, path = '']) => path)
        .filter((path) => !path.includes('00n0') && !existsSync(join(root, path)))
        .map((path) => `${file}: ${path}`),
    )
  }
  expect(broken).toEqual([])
})
