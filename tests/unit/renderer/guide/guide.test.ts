import type { Nodes } from 'mdast'
import { describe, expect, test } from 'vitest'
import {
  chapterNames,
  guideLanguages,
  readGuide,
} from '../../../../src-renderer/components/guide/guide-chapters.ts'
import {
  allowGuideLink,
  chapterOfLink,
} from '../../../../src-renderer/components/guide/guide-links.ts'
import { findInGuide, sectionsOf } from '../../../../src-renderer/components/guide/guide-search.ts'
import { parseMarkdown } from '../../../../src-renderer/components/markdown/parse-markdown.ts'
import { plainTextOf } from '../../../../src-renderer/components/markdown/plain-text.ts'

interface Tree {
  [key: string]: string | Tree
}

const files = import.meta.glob<string>('../../../../docs/guide/*/*.md', {
  eager: true,
  query: '?raw',
  import: 'default',
})
const localeFiles = import.meta.glob<Tree>('../../../../src-renderer/locales/*/*.json', {
  eager: true,
  import: 'default',
})

/** The files of a language by their names. */
const filesOf = (language: string): Map<string, string> =>
  new Map(
    Object.entries(files)
      .filter(([path]) => path.includes(`/${language}/`))
      .map(([path, text]) => [path.replace(/^.*\//, ''), text]),
  )

function nodesOf(node: Nodes): Nodes[] {
  return [node, ...('children' in node ? node.children.flatMap(nodesOf) : [])]
}

const nodes = (text: string): Nodes[] => nodesOf(parseMarkdown(text))

function leaves(tree: Tree): string[] {
  return Object.values(tree).flatMap((one) => (typeof one === 'string' ? [one] : leaves(one)))
}

/** Everything that the app says in a language. */
function wordsOf(language: string): Set<string> {
  const own = Object.entries(localeFiles).filter(([path]) => path.includes(`/${language}/`))
  return new Set(own.flatMap(([, tree]) => leaves(tree)))
}

describe.each(guideLanguages)('the guide in %s', (language) => {
  test('has every chapter, and all of its files are in the app', async () => {
    const chapters = await readGuide(language)
    expect([...filesOf(language).keys()].sort()).toEqual(
      chapterNames.map((name) => `${name}.md`).sort(),
    )
    for (const { name, title, text } of chapters) {
      expect(text).toBe(filesOf(language).get(`${name}.md`))
      expect(text.startsWith(`# ${title}\n`)).toBe(true)
    }
  })

  test('says in bold only what the app says itself', async () => {
    const words = wordsOf(language)
    const wrong = (await readGuide(language)).flatMap(({ name, text }) =>
      nodes(text)
        .filter((node) => node.type === 'strong')
        .map((node) => plainTextOf(text.slice(...rangeOf(node))))
        .filter((quoted) => !words.has(quoted))
        .map((quoted) => `${name}: ${quoted}`),
    )
    expect(wrong).toEqual([])
  })

  test('links only to what is there', async () => {
    const links = (await readGuide(language)).flatMap(({ text }) =>
      nodes(text).flatMap((node) => (node.type === 'link' ? [node.url] : [])),
    )
    expect(links.length).toBeGreaterThan(3)
    const broken = links.filter((url) =>
      url.startsWith('https://')
        ? allowGuideLink(url) === null
        : !filesOf(language).has(url) || chapterOfLink(allowGuideLink(url) ?? '') === null,
    )
    expect(broken).toEqual([])
  })

  test('raises its voice nowhere, and holds no HTML, which the app shows as text', async () => {
    for (const { name, text } of await readGuide(language)) {
      expect(text, name).not.toMatch(/[!！]/)
      expect(
        nodes(text).filter(({ type }) => type === 'html'),
        name,
      ).toEqual([])
    }
  })
})

function rangeOf({ position }: Nodes): [number, number] {
  return [position?.start.offset ?? 0, position?.end.offset ?? 0]
}

test('the chapters of both languages have the same shape', async () => {
  const shape = async (language: (typeof guideLanguages)[number]) =>
    (await readGuide(language)).map(({ name, text }) => ({
      name,
      headings: nodes(text).flatMap((node) => (node.type === 'heading' ? [node.depth] : [])),
    }))
  expect(await shape('zh-CN')).toEqual(await shape('en'))
})

test('finds words in headings and in texts, headings first', async () => {
  const sections = (await readGuide('en')).flatMap(sectionsOf)
  const hits = findInGuide(sections, 'backups')
  expect(hits[0]).toMatchObject({
    chapter: 'data',
    heading: 'Backups',
    headingRanges: [{ start: 0, end: 7 }],
  })
  expect(hits.some(({ heading }) => heading === 'What lies on the disk')).toBe(true)
  expect(findInGuide(sections, 'no such words anywhere')).toEqual([])
})

test('finds Chinese words and marks them in what is around them', async () => {
  const sections = (await readGuide('zh-CN')).flatMap(sectionsOf)
  const [hit] = findInGuide(sections, '便携版')
  expect(hit?.chapter).toBe('data')
  const [range] = hit?.excerptRanges ?? []
  expect(hit?.excerpt.slice(range?.start, range?.end)).toBe('便携版')
})
