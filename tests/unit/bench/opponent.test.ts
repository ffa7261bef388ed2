import { expect, test } from 'vitest'
import { readBatchedLine, readBenchLine } from '../../bench/speed/opponent.ts'

/** As llama-bench of v0.4.0 writes them, without what is not read. */
const line = { n_prompt: 128, n_gen: 0, n_depth: 7680, avg_ts: 219.221603, samples_ts: [219.222] }
const batched = { n_kv_max: 4096, pp: 1, tg: 8, pl: 16, speed_pp: 72.07, speed_tg: 76.123596 }

test("reads llama.cpp's own benchmarks as the cases that they are", () => {
  expect(readBenchLine(line)).toEqual({ name: 'prompt:128:7680', speeds: [219.222] })
  const reply = { ...line, n_prompt: 0, n_gen: 32, n_depth: 0, samples_ts: [9, 8] }
  expect(readBenchLine(reply)).toEqual({ name: 'reply:32:0', speeds: [9, 8] })
  expect(readBatchedLine(batched)).toEqual({ name: 'batch:16:0', speeds: [76.123596] })
  expect(() => readBenchLine({ ...line, samples_ts: undefined })).toThrow()
})
