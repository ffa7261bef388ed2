import { readFile } from 'node:fs/promises'
import { execa } from 'execa'

/** The memory that a process takes. */
export interface ProcessMemory {
  bytes: number
  /** `peak` is the most it ever took; not every system tells that. */
  kind: 'peak' | 'current'
}

/** Asks the system. Null when it does not tell. */
export async function processMemory(processId: number): Promise<ProcessMemory | null> {
  if (process.platform === 'linux') {
    const status = await readFile(`/proc/${processId}/status`, 'utf8')
    const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]
    return kibibytes === undefined ? null : { bytes: Number(kibibytes) * 1024, kind: 'peak' }
  }
  if (process.platform === 'win32') return null
  const { stdout } = await execa('ps', ['-o', 'rss=', '-p', String(processId)], { reject: false })
  const kibibytes = Number(stdout.trim())
  return kibibytes > 0 ? { bytes: kibibytes * 1024, kind: 'current' } : null
}
