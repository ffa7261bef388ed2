/** `host:port`, also `[::1]:50052`. */
const server = /^(\[[0-9a-fA-F:]+\]|[^\s:,/]+):(\d{1,5})$/

/** The servers of a text, one a line or separated by commas, and what is no address. */
export function parseServers(text: string): { servers: string[]; wrong: string[] } {
  const entries = text
    .split(/[\s,，]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
  const isServer = (entry: string): boolean => {
    const port = Number(server.exec(entry)?.[2])
    return port > 0 && port < 65_536
  }
  return {
    servers: [...new Set(entries.filter(isServer))],
    wrong: entries.filter((entry) => !isServer(entry)),
  }
}

/** The parts of a split such as `3, 1` or `3:1`; null when it is none. */
export function parseSplit(text: string, count: number): number[] | null {
  const parts = text.split(/[\s,，:：/]+/).filter((part) => part !== '')
  const numbers = parts.map(Number)
  const isSplit =
    numbers.length === count &&
    numbers.every((part) => Number.isFinite(part) && part >= 0) &&
    numbers.some((part) => part > 0)
  return isSplit ? numbers : null
}
