/** The chapters in their order; each is a file of this name in every language. */
export const chapterNames = [
  'first-start',
  'models',
  'memory-and-devices',
  'chatting',
  'documents',
  'coding',
  'finding-and-files',
  'data',
  'installing',
  'several-computers',
  'terminal',
  'programs',
  'troubleshooting',
  'privacy',
] as const

export type ChapterName = (typeof chapterNames)[number]

export const guideLanguages = ['zh-CN', 'en'] as const
export type GuideLanguage = (typeof guideLanguages)[number]

export interface GuideChapter {
  name: ChapterName
  title: string
  /** Markdown, which begins with the title. */
  text: string
}

const files = import.meta.glob<string>('../../../docs/guide/*/*.md', {
  query: '?raw',
  import: 'default',
})

/** The guide is written in two languages; who reads Chinese gets the simplified text. */
export function guideLanguageOf(locale: string): GuideLanguage {
  return locale === 'en' ? 'en' : 'zh-CN'
}

export const isChapterName = (name: string): name is ChapterName =>
  chapterNames.some((one) => one === name)

/** Reads all chapters of a language. They come with the app, each in a file of its own. */
export async function readGuide(language: GuideLanguage): Promise<GuideChapter[]> {
  return Promise.all(
    chapterNames.map(async (name) => {
      const read = files[`../../../docs/guide/${language}/${name}.md`]
      if (!read) throw new Error(`The guide has no chapter ${name} in ${language}.`)
      const text = await read()
      return { name, title: /^# (.*)$/m.exec(text)?.[1] ?? name, text }
    }),
  )
}
