import type { ChatId, DocumentId } from './ids.ts'
import type { ContextUse } from './models.ts'

export type DocumentKind = 'text' | 'pdf' | 'docx'

/**
 * What is left of documents that are longer than the context: what they begin with, their beginning
 * and their end, or the passages that have most in common with the question.
 */
export const documentCuts = ['beginning', 'ends', 'nearest'] as const
export type DocumentCut = (typeof documentCuts)[number]

/** A file that a person puts into a chat. */
export interface DocumentFile {
  name: string
  kind: DocumentKind
  sizeBytes: number
  /** Null where the file does not tell where its pages end. */
  pageCount: number | null
}

/** A file whose text was read; it waits in the app's memory until it is sent. */
export interface ReadDocument extends DocumentFile {
  id: DocumentId
  characters: number
}

/** What a question gives the model of a file. It belongs to the message and never changes. */
export interface MessageDocument extends DocumentFile {
  /** Null when all of it is given. */
  cut: DocumentCut | null
  /** Those of which something is given, ascending; none where the file has no pages. */
  pages: number[]
  /** As the model reads it, with marks where pages begin and where something is left out. */
  text: string
}

/** The documents that go with a question. */
export interface DocumentChoice {
  documentIds: DocumentId[]
  cut: DocumentCut
}

/** How much of one document would be given. */
export interface DocumentUse {
  id: DocumentId
  /** Of the whole document. */
  tokens: number
  givenTokens: number
  isWhole: boolean
  pages: number[]
}

/** How much of the documents would be given if the question were sent now. */
export interface DocumentsUse {
  documents: DocumentUse[]
  /** Null where only the server knows. */
  context: ContextUse | null
  /** What the prompt would have if nothing were cut. */
  neededTokens: number
  /** Whether the numbers are estimates: the tokenizer of a server is not here. */
  isEstimate: boolean
}

/** Larger files are refused before they are read: in a browser they cross a socket in one piece. */
export const largestDocumentBytes = 32 * 1024 * 1024

/** More files with one question are refused. */
export const mostDocuments = 20

/** The requests about documents. */
export interface DocumentRequests {
  /** Reads a file, given as base64, and keeps its text until it is sent or let go. */
  'document.read': {
    params: { documentId: DocumentId; name: string; content: string }
    result: ReadDocument
  }
  'document.release': { params: { documentIds: DocumentId[] }; result: null }
  /** `chatId` null for a new chat. Rejects with `model.none` while no model is loaded. */
  'document.measure': {
    params: { chatId: ChatId | null; text: string; documents: DocumentChoice }
    result: DocumentsUse
  }
}
