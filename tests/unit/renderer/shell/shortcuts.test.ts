// @vitest-environment happy-dom
import { expect, test } from 'vitest'
import { isPressed, keyLabels, shortcuts } from '../../../../src-renderer/composables/shortcuts.ts'

const press = (init: KeyboardEventInit) => new KeyboardEvent('keydown', init)

test('takes exactly the keys of the list', () => {
  expect(isPressed('mod+k', press({ key: 'k', ctrlKey: true }))).toBe(true)
  expect(isPressed('mod+k', press({ key: 'K', ctrlKey: true, shiftKey: true }))).toBe(false)
  expect(isPressed('mod+k', press({ key: 'k' }))).toBe(false)
  expect(isPressed('mod+shift+o', press({ key: 'O', ctrlKey: true, shiftKey: true }))).toBe(true)
  expect(isPressed('escape', press({ key: 'Escape' }))).toBe(true)
})

test('finds letters on keyboards that write another alphabet', () => {
  expect(isPressed('mod+k', press({ key: 'л', code: 'KeyK', ctrlKey: true }))).toBe(true)
})

test('leaves every key to an input method that composes', () => {
  expect(isPressed('enter', press({ key: 'Enter', isComposing: true }))).toBe(false)
})

test('gives each key one meaning at each place', () => {
  const places = shortcuts.map(({ keys, scope }) => `${scope} ${keys}`)
  expect(new Set(places).size).toBe(places.length)
})

test('names the keys as they are printed', () => {
  expect(keyLabels('mod+shift+o')).toEqual(['Ctrl', 'Shift', 'O'])
  expect(keyLabels('alt+arrowup')).toEqual(['Alt', '↑'])
})
