import { expect, test } from 'vitest'
import { useSelection } from '../../../../src-renderer/composables/use-selection.ts'

const ids = ['a', 'b', 'c', 'd', 'e']

test('extends from the last one that was chosen alone, in both directions', () => {
  const selection = useSelection(() => ids)
  selection.toggle('c')
  selection.extendTo('e')
  expect(selection.selected.value).toEqual(['c', 'd', 'e'])
  selection.extendTo('a')
  expect(selection.selected.value).toEqual(['a', 'b', 'c'])
})

test('starts at the focused one when nothing was chosen before', () => {
  const selection = useSelection(() => ids)
  selection.extendTo('c', 'b')
  expect(selection.selected.value).toEqual(['b', 'c'])
})

test('forgets what is no longer in the list, and the rest on demand', () => {
  let list = ids
  const selection = useSelection(() => list)
  selection.toggle('a')
  selection.toggle('b')
  list = ['b']
  expect(useSelection(() => list).selected.value).toEqual([])
  selection.toggle('b')
  expect(selection.selected.value).toEqual([])
  selection.toggle('b')
  expect(selection.selected.value).toEqual(['b'])
  selection.clear()
  expect(selection.selected.value).toEqual([])
})
