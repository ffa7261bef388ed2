import { expect, test } from 'vitest'
import { aptNames } from '../../../build/setup/apt.ts'

const wanted = ['cmake', 'libasound2', 'chromium']

test.each([
  ['Debian 12', ['cmake', 'libasound2', 'chromium'], wanted],
  ['Debian 13', ['cmake', 'libasound2t64', 'chromium'], ['cmake', 'libasound2t64', 'chromium']],
  ['Ubuntu 24.04', ['cmake', 'libasound2t64'], ['cmake', 'libasound2t64', null]],
])('names packages as %s does, and tells which it lacks', async (_, present, names) => {
  expect(await aptNames(wanted, (name) => Promise.resolve(present.includes(name)))).toEqual(names)
})
