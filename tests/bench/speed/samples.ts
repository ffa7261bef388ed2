/** Tokens a second of each case, every sample, and the most memory that was seen. */
export interface Samples {
  speeds: Map<string, number[]>
  residentBytes: number
}

export const parseLines = (stdout: string): unknown[] =>
  stdout.split('\n').flatMap((line): unknown[] => (line.startsWith('{') ? [JSON.parse(line)] : []))

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? NaN
}
