import type { MessageDocument } from '../../shared/documents.ts'
import type { Passage } from './passages.ts'

const sampleLength = 4000
const leastHan = 0.1

/** Whether a text is Chinese, or Chinese enough that its marks should be. */
function isChinese(text: string): boolean {
  const sample = text.slice(0, sampleLength)
  return (sample.match(/\p{sc=Han}/gu)?.length ?? 0) > sample.length * leastHan
}

const pageMark = (isHan: boolean, page: number | string): string =>
  isHan ? `[第 ${page} 页]` : `[page ${page}]`

/** Stands where something was left out. */
const gap = '……'

/** What is given of a document, with marks, and the pages that it is from. `chosen` ascends. */
export function givenText(
  passages: Passage[],
  chosen: number[],
): Pick<MessageDocument, 'pages' | 'text'> {
  const isHan = isChinese(passages.map(({ text }) => text).join(''))
  const parts: string[] = []
  const pages: number[] = []
  let before = -1
  for (const index of chosen) {
    const passage = passages[index]
    if (passage === undefined) continue
    if (index !== before + 1) parts.push(`\n${gap}\n`)
    const { page, text } = passage
    if (page !== null && page !== pages.at(-1)) {
      pages.push(page)
      parts.push(`\n${pageMark(isHan, page)}\n`)
    }
    parts.push(text)
    before = index
  }
  if (before !== passages.length - 1) parts.push(`\n${gap}`)
  return { pages, text: parts.join('').trim() }
}

function introduced({ name, cut, text }: MessageDocument): string {
  if (isChinese(text)) return `文件《${name}》${cut === null ? '' : '的节选'}：\n${text}`
  return `${cut === null ? 'The file' : 'From the file'} “${name}”:\n${text}`
}

/**
 * A question as the model is asked it: its files first, so that what they begin with is the same
 * when something else is asked about them, and the engine need not read it again.
 */
export function askedText(text: string, documents: MessageDocument[] = []): string {
  if (documents.length === 0) return text
  const parts = documents.map(introduced)
  const paged = documents.find(({ pages }) => pages.length > 0)
  if (paged)
    parts.push(
      isChinese(paged.text)
        ? `请根据文件回答，并注明所依据的页码，例如${pageMark(true, paged.pages[0] ?? 1)}。`
        : `Answer from the files and name the pages you rely on, as in ${pageMark(false, paged.pages[0] ?? 1)}.`,
    )
  return [...parts, text].join('\n\n')
}
