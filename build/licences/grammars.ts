import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../setup/paths.ts'
import type { Work } from './work.ts'

const grammarsFolder = join(root, 'node_modules/@shikijs/langs/dist')
const listFile = join(root, 'src-renderer/components/markdown/code-grammars.ts')
const textFile = join(import.meta.dirname, 'texts/grammars.txt')

async function addGrammar(name: string, found: Set<string>): Promise<void> {
  if (found.has(name)) return
  found.add(name)
  const source = await readFile(join(grammarsFolder, `${name}.mjs`), 'utf8')
  for (const [, other] of source.matchAll(/(?:from |import\()'\.\/([\w-]+)\.mjs'/g))
    if (other !== undefined) await addGrammar(other, found)
  if (!source.includes('JSON.parse(')) found.delete(name) // another name for the same grammar
}

/** The grammars that colour code, with those that they include. */
export async function shippedGrammars(): Promise<string[]> {
  const list = await readFile(listFile, 'utf8')
  const found = new Set<string>()
  for (const [, name] of list.matchAll(/shiki\/langs\/([\w-]+)\.mjs/g))
    if (name !== undefined) await addGrammar(name, found)
  return [...found].sort()
}

/**
 * What `texts/grammars.txt` says of grammars. The package that ships them holds no licences of their
 * authors; these are from the NOTICE of tm-grammars, which it is made from.
 */
export async function grammarWorks(): Promise<(Work & { grammars: string[] })[]> {
  const text = (await readFile(textFile, 'utf8')).replaceAll('\r\n', '\n')
  return text
    .split(/^={80}\n/m)
    .slice(1)
    .map((part) => {
      const [, names = '', licence = '', from = '', body = ''] =
        /^Grammars: (.*)\nLicence: (.*)\nFrom: (.*)\n\n([\s\S]*)$/.exec(part) ?? []
      return {
        name: `grammars of ${names}, from ${from}`,
        grammars: names.split(', '),
        licence,
        text: body.trim(),
      }
    })
}
