import type { IncomingHttpHeaders } from 'node:http'
import { SourceProblem } from './source-problem.ts'

/** A header that comes once. */
export function header(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : (value?.[0] ?? null)
}

export function numberHeader(headers: IncomingHttpHeaders, name: string): number | null {
  const value = header(headers, name)
  return value !== null && /^\d+$/.test(value) ? Number(value) : null
}

export interface ContentRange {
  start: number
  /** The byte after the last one. */
  end: number
  sizeBytes: number | null
}

export function contentRange(headers: IncomingHttpHeaders): ContentRange | null {
  const value = header(headers, 'content-range') ?? ''
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(value)
  if (!match) return null
  const [, first, last, size] = match
  return {
    start: Number(first),
    end: Number(last) + 1,
    sizeBytes: size === '*' ? null : Number(size),
  }
}

/** What a status means that is neither 200 nor 206. */
export function statusProblem(status: number, headers: IncomingHttpHeaders): SourceProblem {
  const message = `the answer was ${status}`
  if (status === 404 || status === 410) return new SourceProblem('not_found', message)
  if (status === 401 || status === 403 || status === 451)
    return new SourceProblem('refused', message)
  if (status === 407) return new SourceProblem('unreachable', 'the proxy wants another password')
  if (status === 416) return new SourceProblem('changed', message)
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return new SourceProblem('busy', message, { retryAfterMs: retryAfterMs(headers) })
  return new SourceProblem('broken', message)
}

/** Seconds or a date. */
function retryAfterMs(headers: IncomingHttpHeaders): number | null {
  const value = header(headers, 'retry-after')
  if (value === null) return null
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const atMs = Date.parse(value)
  return Number.isNaN(atMs) ? null : Math.max(0, atMs - Date.now())
}

/** A name that Git gives a content, if it is one: forty hexadecimal digits. */
export function gitBlobOf(value: string | null): string | null {
  const name = value?.replace(/^W\/|"/g, '') ?? ''
  return /^[0-9a-f]{40}$/i.test(name) ? name.toLowerCase() : null
}

/** The hash that a hub tells in a header of its redirect, if it is one. */
export function linkedHash(headers: IncomingHttpHeaders): string | null {
  const value = header(headers, 'x-linked-etag')?.replace(/^W\/|"/g, '') ?? ''
  return /^[0-9a-f]{64}$/i.test(value) ? value.toLowerCase() : null
}
