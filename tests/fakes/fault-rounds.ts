/**
 * How often a fault is tried that strikes at random: `few` in each run of the tests, and as many times
 * more as `CHATGLM_FAULTS` says for a long run.
 */
export function faultRounds(few: number): number {
  const times = Number(process.env['CHATGLM_FAULTS'] ?? 1)
  return Math.ceil(few * (times > 0 ? times : 1))
}

/** Whether `CHATGLM_FAULTS=all` asks for every place once, where the places can be counted. */
export const isEveryFault = process.env['CHATGLM_FAULTS'] === 'all'

/** A whole number from 0 up to, but not, `end`. */
export const randomBelow = (end: number): number => Math.floor(Math.random() * end)

/** Tells what was done how many times, for docs/faults.md. */
export const tellFaults = (line: string): void => void process.stdout.write(`faults: ${line}\n`)
