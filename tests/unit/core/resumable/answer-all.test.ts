import { expect, test } from 'vitest'
import { answerAll } from '../../../../src-main/core/resumable/answer-all.ts'
import { AppError } from '../../../../src-main/shared/errors.ts'

interface Asked {
  /** How many are asked at this moment, with this one. */
  together: number
  /** Counts from 1. */
  time: number
}

/** Runs over the numbers from 1 to 6; `answer` is given how each is asked. */
async function run(answer: (item: number, asked: Asked) => Promise<string>) {
  const abort = new AbortController()
  const kept: number[] = []
  const failed: number[] = []
  const times = new Map<number, number>()
  const read: number[] = []
  let together = 0
  function* numbers() {
    for (let item = 1; item <= 6; item++) {
      read.push(item)
      yield item
    }
  }
  const done = answerAll({
    items: numbers(),
    atOnce: 3,
    signal: abort.signal,
    ask: async (item) => {
      together += 1
      const time = (times.get(item) ?? 0) + 1
      times.set(item, time)
      return answer(item, { together, time }).finally(() => (together -= 1))
    },
    keep: async (item) => void kept.push(item),
    mayPass: ({ code }) => code === 'engine.gone',
    onFailed: (item) => void failed.push(item),
  })
  return { abort, kept, failed, read, times, done }
}

const later = () => new Promise<void>((resolve) => setImmediate(resolve))

test('asks some together, and no further ahead than needed', async () => {
  let most = 0
  const { done, kept, read } = await run(async (item, { together }) => {
    most = Math.max(most, together)
    expect(read.length).toBeLessThanOrEqual(item + 3)
    await later()
    return 'a'
  })
  await done
  expect(kept).toEqual([1, 2, 3, 4, 5, 6])
  expect(most).toBe(3)
})

test('asks once more, alone, what may go well then; the rest has failed', async () => {
  const seen: Asked[] = []
  const { done, kept, failed, times } = await run(async (item, asked) => {
    await later()
    if (asked.time > 1) seen.push(asked)
    if (item === 2) throw new AppError('engine.gone', 'It crashed.')
    if (item === 3 && asked.time === 1) throw new AppError('engine.gone', 'It crashed.')
    if (item === 4) throw new AppError('engine.context_full', 'It is too long.')
    return 'a'
  })
  await done
  expect(kept).toEqual([1, 5, 6, 3])
  expect(failed).toEqual([4, 2])
  expect(seen).toEqual([
    { together: 1, time: 2 },
    { together: 1, time: 2 },
  ])
  expect(times.get(4)).toBe(1)
})

test.each([new AppError('model.none', 'There is no model.'), new TypeError('a bug')])(
  'ends with $message for all',
  async (error) => {
    const { done, read } = await run(async (item) => {
      await later()
      if (item === 1) throw error
      return 'a'
    })
    await expect(done).rejects.toBe(error)
    expect(read.length).toBeLessThan(6)
  },
)

test('keeps nothing of what is being asked when it is ended', async () => {
  const { done, kept, abort } = await run(async (item) => {
    await later()
    if (item === 4) abort.abort()
    return 'a'
  })
  await done
  expect(kept).toEqual([1, 2, 3])
})
