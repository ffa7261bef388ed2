import type { ConvertType, MemoryUse, Placement } from './engine-api.ts'
import type { ModelId } from './ids.ts'

/** A model on the disk, or one of the catalogue with what it would become. */
export type ModelSubject =
  | { type: 'installed'; modelId: ModelId }
  | { type: 'catalogue'; catalogueId: string; convertTo: ConvertType }

/** Whether a model fits and, if not, what would help. */
export interface FitReport {
  placement: Placement
  /** What it takes on each device, exact for this placement. */
  memory: MemoryUse[]
  verdict: 'fits' | 'tight' | 'too_big'
  /** The longest context in tokens that fits with the rest unchanged; null when none does. */
  longestContext: number | null
  /** How many layers fit on the GPUs with the rest unchanged. */
  fittingGpuLayers: number
}
