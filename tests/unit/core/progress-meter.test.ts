import { expect, test } from 'vitest'
import { ProgressMeter } from '../../../src-main/core/progress-meter.ts'

test('says nothing about the time left before there is a speed', () => {
  expect(new ProgressMeter().update(0, 100, 0)).toEqual({
    doneBytes: 0,
    totalBytes: 100,
    bytesPerSecond: 0,
    timeLeftMs: null,
  })
})

test('tells speed and time left', () => {
  const meter = new ProgressMeter()
  meter.update(0, 100, 0)
  expect(meter.update(20, 100, 1000)).toMatchObject({ bytesPerSecond: 20, timeLeftMs: 4000 })
})

test('forgets the speed of long ago', () => {
  const meter = new ProgressMeter()
  meter.update(0, 1000, 0)
  meter.update(100, 1000, 1000)
  expect(meter.update(110, 1000, 6000)).toMatchObject({ bytesPerSecond: 2 })
})
