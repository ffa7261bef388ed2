import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Rectangle } from 'electron'
import { z } from 'zod'

const schema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
  isMaximized: z.boolean(),
})

/** Where a window stands on the screens. */
export type WindowPlace = z.infer<typeof schema>

/** How much of a window must be on a screen for a person to catch hold of it. */
const leastVisible = 100

/** Reads what was written last; null when there is nothing, or nothing that makes sense. */
export function readPlace(file: string): WindowPlace | null {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null // the window then opens in the middle, as the first time
  }
}

/** Writes at once, since the app is about to end. A place that cannot be kept is no loss. */
export function writePlace(file: string, place: WindowPlace): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(place))
    renameSync(`${file}.new`, file)
  } catch (error) {
    process.emitWarning(`The window's place was not kept: ${String(error)}`)
  }
}

/** Whether a place can be seen on one of these screens: one may have been unplugged. */
export function isVisible(place: Rectangle, screens: Rectangle[]): boolean {
  return screens.some((screen) => {
    const right = Math.min(place.x + place.width, screen.x + screen.width)
    const width = right - Math.max(place.x, screen.x)
    const isTitleInside = place.y >= screen.y && place.y < screen.y + screen.height - leastVisible
    return width >= leastVisible && isTitleInside
  })
}
