import type { ChatSettings, Message } from '../../shared/chat.ts'
import type {
  DocumentChoice,
  DocumentFile,
  DocumentsUse,
  DocumentUse,
  MessageDocument,
} from '../../shared/documents.ts'
import type { ChatMessage } from '../../shared/engine-api.ts'
import { AppError } from '../../shared/errors.ts'
import {
  choosePassages,
  type MeasuredPassages,
  sharesOf,
  wholeTokens,
} from '../documents/choose-passages.ts'
import type { AdapterService } from '../adapters/adapter-service.ts'
import type { DocumentService, HeldDocument, Tokenizer } from '../documents/document-service.ts'
import { askedText, givenText } from '../documents/document-text.ts'
import { estimatedTokens } from '../documents/estimated-tokens.ts'
import type { ModelService } from '../models/model-service.ts'
import type { ChatContext } from './chat-context.ts'
import { engineMessages, roundsOf } from './chat-history.ts'
import { replyReserve } from './context-window.ts'

/** What a file is introduced with has at most so many tokens, its name among them. */
const introductionTokens = 60

/** Less than this of a document says nothing. */
const leastRoom = 64
const mostTries = 5

/** What answers a chat, as far as it says how much can be asked. */
interface Reader {
  tokenizer: Tokenizer
  /** Of prompt and reply; null where only the server knows. */
  contextLength: number | null
  countPrompt: (messages: ChatMessage[]) => Promise<number>
}

/** Documents cut for a question, and what they take. */
export interface CutDocuments {
  documents: MessageDocument[]
  uses: DocumentUse[]
  neededTokens: number
}

/** Documents with what each of them needs, and how they are to be cut. */
interface Measured {
  measured: (MeasuredPassages & { document: HeldDocument })[]
  needs: number[]
  cut: DocumentChoice['cut']
  /** For each document its passages, the nearest to the question first. */
  ranked: number[][]
}

/** Cuts documents so that they fit into the model together with the question. */
export class QuestionDocuments {
  constructor(
    private readonly documents: DocumentService,
    private readonly models: ModelService,
    private readonly context: ChatContext,
    private readonly adapters: AdapterService,
  ) {}

  /**
   * What a question gives of its documents. They may take the room of earlier rounds, but never more
   * than half of the context in their stead. Throws AppError `model.none` while no model is loaded,
   * `document.no_room` when the question leaves none.
   */
  async cut(
    chat: ChatSettings,
    path: Message[],
    question: string,
    { documentIds, cut }: DocumentChoice,
  ): Promise<CutDocuments> {
    const held = this.documents.find(documentIds)
    const reader = await this.readerOf(chat)
    const measured = await Promise.all(
      held.map(async (document) => ({
        document,
        passages: document.passages,
        tokens: await this.documents.tokensOf(document, reader.tokenizer),
      })),
    )
    const needs = measured.map((one) => wholeTokens(one) + introductionTokens)
    const neededByAll = needs.reduce((sum, need) => sum + need, 0)
    const lead = this.context.leadOf(chat)
    const promptWith = (text: string, rounds = roundsOf([])): Promise<number> =>
      reader.countPrompt(engineMessages(lead, rounds, text))
    const neededTokens = neededByAll + (await promptWith(question, roundsOf(path)))
    const { contextLength } = reader
    const limit = contextLength === null ? Infinity : contextLength - replyReserve(contextLength)
    const alone = await promptWith(question)
    let room = Math.max(limit - neededTokens + neededByAll, Math.floor(limit / 2) - alone)
    for (let tries = 0; tries < mostTries && room >= leastRoom; tries += 1) {
      const ranked = await this.ranked(held, cut, question, neededByAll > room)
      const given = giveWithin(room, { measured, needs, cut, ranked })
      if (given === null) break
      const excess = (await promptWith(askedText(question, given.documents))) - limit
      if (excess <= 0) return { ...given, neededTokens }
      room = Math.min(room, neededByAll) - excess - introductionTokens
    }
    throw new AppError(
      'document.no_room',
      'The model has no room for these files. Remove some, shorten the message, or raise the context length.',
    )
  }

  /** What would be given if the question were sent now. */
  async measure(
    chat: ChatSettings,
    path: Message[],
    question: string,
    choice: DocumentChoice,
  ): Promise<DocumentsUse> {
    const { documents, uses, neededTokens } = await this.cut(chat, path, question, choice)
    const isEstimate = chat.remote !== undefined
    const asked = askedText(question, documents)
    const context = isEstimate ? null : await this.context.count(chat, path, asked)
    return { documents: uses, context, neededTokens, isEstimate }
  }

  release(choice: DocumentChoice): void {
    this.documents.release(choice.documentIds)
  }

  private ranked(
    held: HeldDocument[],
    cut: DocumentChoice['cut'],
    question: string,
    isCut: boolean,
  ): Promise<number[][]> {
    if (cut !== 'nearest' || !isCut) return Promise.resolve([])
    return Promise.all(held.map((document) => this.documents.rank(document, question)))
  }

  private async readerOf(chat: ChatSettings): Promise<Reader> {
    if (chat.remote) {
      const count = (text: string) => Promise.resolve(estimatedTokens(text))
      const { contextLength } = chat.remote
      const countPrompt = (messages: ChatMessage[]) =>
        Promise.resolve(sumOf(messages.map(({ content }) => estimatedTokens(content))))
      return { tokenizer: { key: 'estimate', count }, contextLength, countPrompt }
    }
    const ready = this.models.loaded()
    const { client, loaded } = ready
    const adapter = await this.adapters.forEngine(chat)
    const count = async (text: string) =>
      (await client.request('text.tokenize', { text })).ids.length
    return {
      tokenizer: { key: loaded.description.path, count },
      contextLength: this.context.lengthFor(ready, chat),
      countPrompt: async (messages) =>
        (await client.request('chat.count', { messages, ...adapter })).promptTokens,
    }
  }
}

/** What of each document is given; null when one of them would not be given at all. */
function giveWithin(
  room: number,
  { measured, needs, cut, ranked }: Measured,
): Omit<CutDocuments, 'neededTokens'> | null {
  const shares = sharesOf(needs, room)
  const documents: MessageDocument[] = []
  const uses: DocumentUse[] = []
  for (const [index, { document, passages, tokens }] of measured.entries()) {
    const share = shares[index] ?? 0
    const isWhole = (needs[index] ?? 0) <= share
    const chosen = isWhole
      ? passages.map((_, passage) => passage)
      : choosePassages({ passages, tokens }, cut, share - introductionTokens, ranked[index] ?? [])
    if (chosen.length === 0) return null
    const given = givenText(passages, chosen)
    documents.push({ ...fileOf(document), cut: isWhole ? null : cut, ...given })
    const givenTokens = sumOf(chosen.map((passage) => tokens[passage] ?? 0))
    uses.push({
      ...{ id: document.id, tokens: sumOf(tokens), givenTokens, isWhole, pages: given.pages },
    })
  }
  return { documents, uses }
}

const sumOf = (numbers: number[]): number => numbers.reduce((sum, number) => sum + number, 0)

const fileOf = ({ name, kind, sizeBytes, pageCount }: DocumentFile): DocumentFile => ({
  ...{ name, kind, sizeBytes, pageCount },
})
