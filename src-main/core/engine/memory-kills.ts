import { readFileSync } from 'node:fs'

/**
 * How many processes the system has ended for want of memory since it was started, within containers
 * and groups, too. `null` where it does not tell (only Linux does).
 */
export function countMemoryKills(): number | null {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1]
    return count === undefined ? null : Number(count)
  } catch {
    return null
  }
}
