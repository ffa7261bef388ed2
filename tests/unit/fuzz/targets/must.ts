import { inspect } from 'node:util'

/** Throws, with what was read, unless what every reader promises holds of it. */
export function must(holds: boolean, read: unknown): asserts holds {
  if (!holds) throw new Error(`This may not be taken: ${inspect(read, { depth: 8 })}`)
}
