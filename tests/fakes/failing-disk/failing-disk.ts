import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

/** How the disk behaves. */
export interface DiskFault {
  mode?: 'well' | 'fails' | 'kills'
  /** The first write, from 1, that fails, with all after it, or kills the program. */
  atWrite?: number
  error?: 'ENOSPC' | 'EIO' | 'EROFS' | 'EACCES'
  writeDelayUs?: number
  /** Below 0 flushes do nothing, which makes many rounds quick. */
  flushDelayUs?: number
}

const modes = ['well', 'fails', 'kills'] as const
const controlBytes = 48

/** A folder whose disk fails as told, for programs that are started with `env`. */
export class FailingDisk {
  readonly env: NodeJS.ProcessEnv
  private readonly control: string

  constructor(library: string, folder: string) {
    this.control = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'control')
    this.env = {
      LD_PRELOAD: library,
      CHATGLM_TEST_DISK_CONTROL: this.control,
      CHATGLM_TEST_DISK_FOLDER: folder,
    }
    writeFileSync(this.control, Buffer.alloc(controlBytes))
  }

  /** Changes it and begins to count anew. */
  set(fault: DiskFault): void {
    writeFileSync(this.control, Buffer.alloc(controlBytes), { flag: 'r+' })
    setDiskFault(this.control, fault)
  }

  /** How many writes there were since the last change. */
  writes(): number {
    return countWrites(this.control)
  }

  /** A program that starts another one on this disk, where only a path can be given. */
  wrap(program: string): string {
    const path = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'program')
    const assigned = Object.entries(this.env).map(([name, value]) => `${name}='${value}'`)
    writeFileSync(path, `#!/bin/sh\n${assigned.join(' ')} exec '${program}' "$@"\n`)
    chmodSync(path, 0o755)
    return path
  }
}

/** How many writes there were, by its control file. */
export function countWrites(control: string): number {
  const bytes = Buffer.alloc(controlBytes)
  const handle = openSync(control, 'r')
  readSync(handle, bytes, 0, controlBytes, 0)
  closeSync(handle)
  return Number(bytes.readBigInt64LE(8))
}

/** Changes a disk from its control file, which the program on it knows by its environment. */
export function setDiskFault(control: string, fault: DiskFault): void {
  const {
    mode = 'well',
    atWrite = 1,
    error = 'ENOSPC',
    writeDelayUs = 0,
    flushDelayUs = -1,
  } = fault
  const values = [
    modes.indexOf(mode),
    0,
    atWrite,
    constants.errno[error],
    writeDelayUs,
    flushDelayUs,
  ]
  const bytes = Buffer.alloc(controlBytes)
  for (const [index, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value), index * 8)
  const handle = openSync(control, 'r+')
  writeSync(handle, bytes, 0, 8, 0) // the count stands between
  writeSync(handle, bytes, 16, controlBytes - 16, 16)
  closeSync(handle)
}

let library: string | null | undefined

/** Compiles what stands between program and disk; null where there is no Linux or no compiler. */
function compile(): string | null {
  if (process.platform !== 'linux') return null
  const path = join(mkdtempSync(join(tmpdir(), 'chatglm-test-')), 'failing_disk.so')
  const source = join(import.meta.dirname, 'failing_disk.c')
  try {
    execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', path, source, '-ldl'], { stdio: 'pipe' })
    return path
  } catch {
    return null
  }
}

/** Why a test with a failing disk is skipped. */
export const noFailingDisk = 'a failing disk needs Linux and a C compiler (cc)'

/** Null when this computer cannot have one; the test then says `noFailingDisk`. */
export function failingDisk(folder: string): FailingDisk | null {
  library ??= compile()
  return library === null ? null : new FailingDisk(library, folder)
}
