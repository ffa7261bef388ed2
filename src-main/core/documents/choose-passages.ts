import type { DocumentCut } from '../../shared/documents.ts'
import type { Passage } from './passages.ts'

/** A mark of a page or of a gap has at most so many tokens. */
const markTokens = 10

/** A document with the tokens of each of its passages. */
export interface MeasuredPassages {
  passages: Passage[]
  tokens: number[]
}

/** The tokens of a whole document with its marks. */
export function wholeTokens({ passages, tokens }: MeasuredPassages): number {
  const pages = new Set(passages.map(({ page }) => page)).size
  return tokens.reduce((sum, count) => sum + count, 0) + pages * markTokens
}

/** Shares room out: who needs less than an equal part gets all of it, the others what is left. */
export function sharesOf(needs: number[], room: number): number[] {
  const shares = needs.map(() => 0)
  let rest = room
  const order = needs.map((need, index) => ({ need, index })).sort((a, b) => a.need - b.need)
  for (const [place, { need, index }] of order.entries()) {
    const share = Math.min(need, Math.floor(rest / (order.length - place)))
    shares[index] = share
    rest -= share
  }
  return shares
}

/** Takes passages in this order while they fit. Each may be the first of its page. */
function takeInOrder(order: number[], { passages, tokens }: MeasuredPassages, room: number) {
  const chosen: number[] = []
  const pages = new Set<number | null>()
  let used = 2 * markTokens
  for (const index of order) {
    const page = passages[index]?.page ?? null
    const cost = (tokens[index] ?? 0) + (pages.has(page) ? 0 : markTokens)
    if (used + cost > room) break
    used += cost
    pages.add(page)
    chosen.push(index)
  }
  return chosen
}

/** From both ends towards the middle: 0, last, 1, last but one, …. */
const fromBothEnds = (length: number): number[] =>
  Array.from({ length }, (_, step) => (step % 2 === 0 ? step / 2 : length - (step + 1) / 2))

/** The nearest first, each with what follows it; then the rest from the beginning. */
function nearestOrder(ranked: number[], length: number): number[] {
  const inReach = ranked.flatMap((index) => [index, index + 1]).filter((index) => index < length)
  const all = Array.from({ length }, (_, index) => index)
  return [...new Set([...inReach, ...all])]
}

/** Chooses what fits into `room` tokens. Ascending; empty when not even one passage fits. */
export function choosePassages(
  measured: MeasuredPassages,
  cut: DocumentCut,
  room: number,
  ranked: number[],
): number[] {
  const { length } = measured.passages
  const order = {
    beginning: () => Array.from({ length }, (_, index) => index),
    ends: () => fromBothEnds(length),
    nearest: () => nearestOrder(ranked, length),
  }[cut]()
  return takeInOrder(order, measured, room).sort((a, b) => a - b)
}
