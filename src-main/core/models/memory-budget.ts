import { freemem, totalmem } from 'node:os'
import type { Device, LoadedModel, MemoryUse } from '../../shared/engine-api.ts'
import type { FitReport } from '../../shared/fit.ts'

/** Memory of one device: how much a model may take at most, and how much is free for it now. */
export interface Budget {
  device: string
  totalBytes: number
  freeBytes: number
}

/** What the system and other programs keep of the memory, whatever happens. */
const systemBytes = 512 * 2 ** 20
/** What stays free beside a model that fits well. */
const comfortBytes = 1024 * 2 ** 20

const hostDevice = 'CPU'

export const isOnGpu = ({ device }: MemoryUse): boolean => device !== hostDevice

export const bytesOf = ({ weightBytes, cacheBytes, computeBytes }: MemoryUse): number =>
  weightBytes + cacheBytes + computeBytes

/** Counts the loaded model's own memory as free, since it makes way for the next one. */
export function memoryBudgets(
  devices: readonly Device[],
  loaded: Pick<LoadedModel, 'memory'> | null,
): Budget[] {
  const held = (name: string) => {
    const use = loaded?.memory.find(({ device }) => device === name)
    return use ? bytesOf(use) : 0
  }
  const host = {
    device: hostDevice,
    totalBytes: totalmem() - systemBytes,
    freeBytes: Math.min(freemem() + held(hostDevice), totalmem()) - comfortBytes,
  }
  const others = devices
    .filter(({ kind }) => kind !== 'cpu')
    .map(({ name, memoryTotalBytes, memoryFreeBytes }) => ({
      ...{ device: name, totalBytes: memoryTotalBytes, freeBytes: memoryFreeBytes },
    }))
  return [host, ...others]
}

/** Whether every device holds its part: with room, only just, or not at all. */
export function verdictOf(memory: readonly MemoryUse[], budgets: Budget[]): FitReport['verdict'] {
  const budgetOf = (device: string) => budgets.find((budget) => budget.device === device)
  const isWithin = (limit: 'freeBytes' | 'totalBytes') =>
    memory.every((use) => bytesOf(use) <= (budgetOf(use.device)?.[limit] ?? Infinity))
  if (isWithin('freeBytes')) return 'fits'
  return isWithin('totalBytes') ? 'tight' : 'too_big'
}
