import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isVisible, readPlace, writePlace } from '../../../src-main/electron/window-place.ts'

const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }]
const place = { x: 100, y: 80, width: 1000, height: 700, isMaximized: false }

function placeFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'chatglm-place-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'window.json')
}

test('remembers a place', () => {
  const file = placeFile()
  writePlace(file, place)

  expect(readPlace(file)).toEqual(place)
})

test.each(['', '{', '{"x":1}', JSON.stringify({ ...place, width: 10 })])(
  'takes %s for no place',
  (text) => {
    const file = placeFile()
    writeFileSync(file, text)

    expect(readPlace(file)).toBeNull()
  },
)

test('knows when a screen has gone', () => {
  expect(isVisible(place, screens)).toBe(true)
  expect(isVisible({ ...place, x: 2000 }, screens)).toBe(false)
  expect(isVisible({ ...place, x: -990 }, screens)).toBe(false)
  expect(isVisible({ ...place, y: -50 }, screens)).toBe(false)
})
