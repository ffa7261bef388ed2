/** Figures beside their targets. */
export class Report {
  private readonly rows: string[][] = []

  add(what: string, measured: string, target: string): void {
    this.rows.push([what, measured, target])
    process.stderr.write(`${what}: ${measured} (${target})\n`)
  }

  /** As a table in Markdown. */
  table(): string {
    const head = [
      ['What', 'Measured', 'Target'],
      ['---', '---', '---'],
    ]
    return [...head, ...this.rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  }
}

/** The value below which a share of the values lies. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

export const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`
