import type { FetchProgress, FetchStep } from './fetch-types.ts'

const intervalMs = 100

interface FileProgress {
  doneBytes: number
  totalBytes: number | null
}

/** Owns how long all files are and what is there of them; adds up and tells it, not too often. */
export class ProgressTeller {
  private readonly files = new Map<string, FileProgress>()
  private step: FetchStep = { type: 'checking' }
  private toldAtMs = Number.NEGATIVE_INFINITY

  constructor(private readonly onProgress: ((progress: FetchProgress) => void) | undefined) {}

  /** `totalBytes` is null while nobody has said how long the file is. */
  setFile(path: string, doneBytes: number, totalBytes: number | null): void {
    this.files.set(path, { doneBytes, totalBytes })
  }

  setSize(path: string, totalBytes: number): void {
    this.setFile(path, this.files.get(path)?.doneBytes ?? 0, totalBytes)
  }

  /** 0 while it is not known. */
  sizeOf(path: string): number {
    return this.files.get(path)?.totalBytes ?? 0
  }

  /** Bytes that are still to be fetched, as far as is known. */
  get missingBytes(): number {
    return this.sum(({ doneBytes, totalBytes }) => (totalBytes ?? doneBytes) - doneBytes)
  }

  tell(step: FetchStep): void {
    const isSame = step.type === this.step.type
    this.step = step
    const nowMs = performance.now()
    if (isSame && nowMs - this.toldAtMs < intervalMs) return
    this.toldAtMs = nowMs
    const isKnown = [...this.files.values()].every(({ totalBytes }) => totalBytes !== null)
    this.onProgress?.({
      doneBytes: this.sum(({ doneBytes }) => doneBytes),
      totalBytes: isKnown ? this.sum(({ totalBytes }) => totalBytes ?? 0) : null,
      step,
    })
  }

  private sum(part: (file: FileProgress) => number): number {
    return [...this.files.values()].reduce((sum, file) => sum + part(file), 0)
  }
}
