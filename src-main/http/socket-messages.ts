import { z } from 'zod'

const question = z.strictObject({
  id: z.int().nonnegative(),
  request: z.string().max(100),
  params: z.unknown(),
})

export type SocketQuestion = z.infer<typeof question>

/** Reads one frame of a browser; null when it is none of ours. */
export function readQuestion(frame: string): SocketQuestion | null {
  let value: unknown
  try {
    value = JSON.parse(frame)
  } catch {
    return null
  }
  const parsed = question.safeParse(value)
  return parsed.success ? parsed.data : null
}
