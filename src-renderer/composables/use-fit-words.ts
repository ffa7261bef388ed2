import { useI18n } from 'vue-i18n'
import type { MemoryUse } from '@shared/engine-api.ts'
import type { FitReport } from '@shared/fit.ts'
import { useAppStore } from '../stores/app.ts'
import { useDevicesStore } from '../stores/devices.ts'
import { useFormat } from './use-format.ts'

/** Everything that a model takes on one device. */
export const usedBytes = ({ weightBytes, cacheBytes, computeBytes }: MemoryUse): number =>
  weightBytes + cacheBytes + computeBytes

/** Everything that a model takes on all devices together. */
export const totalBytes = (memory: MemoryUse[]): number =>
  memory.reduce((sum, use) => sum + usedBytes(use), 0)

/** What is said of whether a model fits. */
export function useFitWords() {
  const app = useAppStore()
  const devices = useDevicesStore()
  const format = useFormat()
  const { t, locale } = useI18n()

  /** A device by the name that the engine gives it. */
  function device(name: string): {
    label: string
    isMemory: boolean
    totalBytes: number
    freeBytes: number
  } {
    const known = devices.devices.find((one) => one.name === name)
    const machine = app.snapshot?.machine
    const isMemory = name === 'CPU' || known?.kind === 'cpu'
    return {
      isMemory,
      label: isMemory ? t('fit.memory') : (known?.description ?? name),
      totalBytes: known?.memoryTotalBytes ?? (isMemory ? (machine?.memoryTotalBytes ?? 0) : 0),
      freeBytes: known?.memoryFreeBytes ?? (isMemory ? (machine?.memoryFreeBytes ?? 0) : 0),
    }
  }

  function part(use: MemoryUse): string {
    const { label, isMemory, totalBytes: total } = device(use.device)
    const amount = format.memory(usedBytes(use))
    if (total <= 0) return t('fit.part_unknown', { amount, device: label })
    if (isMemory) return t('fit.part_memory', { amount, total: format.memory(total) })
    return t('fit.part', { amount, total: format.memory(total), device: label })
  }

  /** What it takes on each device, and what would help where that is too much. */
  function reason({ memory, verdict, longestContext }: FitReport): string {
    const parts = memory.filter((use) => usedBytes(use) > 0).map(part)
    const list = new Intl.ListFormat(locale.value, { type: 'conjunction' }).format(parts)
    const taken = t(`fit.reasons.${verdict}`, { parts: list })
    if (verdict !== 'too_big' || longestContext === null) return taken
    const shorter = t('fit.shorter_fits', { tokens: format.count(longestContext) })
    return `${taken}${t('common.sentence_gap')}${shorter}`
  }

  /** The longest context that fits with the rest as it is. */
  const longest = ({ longestContext }: FitReport): string =>
    longestContext === null
      ? t('fit.longest_none')
      : t('fit.longest', { tokens: format.count(longestContext) })

  const verdict = (report: FitReport): string => t(`fit.verdicts.${report.verdict}`)

  return { device, reason, longest, verdict }
}
