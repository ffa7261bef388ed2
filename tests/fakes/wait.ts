import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Waits until `isTrue`, at most `timeoutMs`, and throws when that does not come. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const endMs = performance.now() + timeoutMs
  while (!(await isTrue())) {
    if (performance.now() > endMs)
      throw new Error(`Not true within ${timeoutMs} ms: ${String(isTrue)}`)
    await delay(10)
  }
}

/** Whether a process exists and is no zombie. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0)
  } catch {
    return false
  }
  if (process.platform !== 'linux') return true
  try {
    return !/^State:\s+Z/m.test(readTextFile(`/proc/${processId}/status`))
  } catch {
    return false // ended between the two looks
  }
}

export const readTextFile = (file: string): string => readFileSync(file, 'utf8')
