/** Weights as people call them; other types keep the engine's name. */
const names: Record<string, string> = {
  int4: 'INT4',
  int8: 'INT8',
  q4_0: 'INT4',
  q8_0: 'INT8',
  q4_k_m: 'INT4 K',
  f16: 'FP16',
  bf16: 'BF16',
  f32: 'FP32',
}

/** What the engine's name says besides, for those who look for it. */
const ownNames: Record<string, string> = { q4_0: 'Q4_0', q8_0: 'Q8_0', q4_k_m: 'Q4_K_M' }

/** `INT4`, `FP16`, …. */
export const weightName = (type: string): string => names[type] ?? type

/** `INT4 (Q4_0)`, `FP16`, …. */
export const weightFullName = (type: string): string =>
  ownNames[type] ? `${weightName(type)} (${ownNames[type]})` : weightName(type)

/** What can be said alike of the quality and the speed of several types. */
export type WeightClass = 'int4' | 'int4_k' | 'int8' | 'half' | 'full'

const classes: Record<string, WeightClass> = {
  int4: 'int4',
  q4_0: 'int4',
  q4_k_m: 'int4_k',
  int8: 'int8',
  q8_0: 'int8',
  f16: 'half',
  bf16: 'half',
  f32: 'full',
}

/** Null for types of other programs. */
export const weightClass = (type: string): WeightClass | null => classes[type] ?? null
