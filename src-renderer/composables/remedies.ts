import type { AppSettings } from '@shared/settings.ts'
import type { FitReport } from '@shared/fit.ts'

/** Contexts are offered in steps of this many tokens. */
const contextStep = 256
/** A shorter one holds no conversation worth the name. */
const shortestContext = 1024

/** What makes a model fit that does not. */
export type Remedy =
  | { type: 'shorter_context'; contextLength: number }
  | { type: 'small_cache' }
  | { type: 'smaller_type' }

/** The settings that a remedy changes. */
export function remedyChanges(remedy: Remedy): Partial<AppSettings> {
  if (remedy.type === 'shorter_context') return { contextLength: remedy.contextLength }
  return remedy.type === 'small_cache' ? { cacheType: 'q8_0' } : {}
}

/**
 * What would help, the gentlest first. `withSmallCache` is the report for a cache in q8_0, null
 * while it is not known; `hasSmallerType` says whether the model can be made smaller.
 */
export function remedies(
  report: FitReport,
  withSmallCache: FitReport | null,
  hasSmallerType: boolean,
): Remedy[] {
  if (report.verdict !== 'too_big') return []
  const found: Remedy[] = []
  const isCacheLarge = report.placement.cacheType !== 'q8_0'
  if (isCacheLarge && withSmallCache !== null && withSmallCache.verdict !== 'too_big')
    found.push({ type: 'small_cache' })
  const contextLength = Math.floor((report.longestContext ?? 0) / contextStep) * contextStep
  if (contextLength >= shortestContext) found.push({ type: 'shorter_context', contextLength })
  if (hasSmallerType) found.push({ type: 'smaller_type' })
  return found
}
