import type { WholeChat, WholeMessage } from '../store/whole-chat.ts'
import { shownRounds } from './history-list.ts'

/** A question as a quotation, so that nothing in it ends the document's structure. */
const quoted = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')

/** A question after the names of its documents, with the pages that were given. */
function asked({ text, documents = [] }: WholeMessage): string {
  const names = documents.map(({ name, pages }) =>
    pages.length === 0 ? `📄 ${name}` : `📄 ${name} (${pages.join(', ')})`,
  )
  return quoted([...names, text].join('\n'))
}

function chatAsMarkdown(chat: WholeChat): string {
  const date = new Date(chat.createdAtMs).toISOString().slice(0, 10)
  const rounds = shownRounds(chat).map(([question, { text }]) => `${asked(question)}\n\n${text}`)
  const heading = `# ${chat.title.replaceAll('\n', ' ') || date}`
  return [heading, `*${date}*`, ...rounds].join('\n\n')
}

/** The branches that are shown, for reading. */
export const chatsAsMarkdown = (chats: WholeChat[]): string =>
  `${chats.map(chatAsMarkdown).join('\n\n---\n\n')}\n`
