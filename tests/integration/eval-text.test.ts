import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { runProgram } from '../../src-main/cli/program.ts'
import { newFolder } from '../fakes/new-folder.ts'
import { TestTerminal } from '../fakes/test-terminal.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

const figures = z.object({
  tokens: z.int(),
  measured: z.object({ perplexity: z.number(), low: z.number(), high: z.number() }),
  divergence: z
    .object({
      mean: z.number(),
      median: z.number(),
      sameChoice: z.object({ share: z.number() }),
      reference: z.object({ perplexity: z.number() }),
    })
    .nullable(),
})

const text = Array.from(
  { length: 12 },
  (_, index) => `${index}. 从前有一座山，山里有一座庙。\n`,
).join('')
const fp16 = join(dirname(modelPath), 'fp16')

describe.skipIf(!hasRealEngine)('a text as a measure', { timeout: 240_000 }, () => {
  function createRun() {
    const place = newFolder()
    const file = (name: string) => join(place, name)
    writeFileSync(file('text.txt'), text)
    const env = { CHATGLM_ENGINE: engineFile, CHATGLM_CACHE_DIR: file('cache') }
    const run = (...args: string[]) => runOn('text.txt', ...args)
    async function runOn(name: string, ...args: string[]) {
      const terminal = new TestTerminal({ isInteractive: false })
      const signal = new AbortController().signal
      const exitCode = await runProgram(
        ['eval', file(name), file('out.jsonl'), '--model', modelPath, '--json', ...args],
        { terminal, env, signal },
      )
      return { exitCode, stdout: terminal.stdoutText, stderr: terminal.stderrText }
    }
    const parsed = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await run(...args)
      expect(stderr).not.toContain('bug')
      expect(exitCode).toBe(0)
      return figures.parse(JSON.parse(stdout))
    }
    return { file, run, runOn, parsed }
  }

  test('does not diverge from itself, and a run that was cut off goes on', async () => {
    const { file, run, parsed } = createRun()
    const args = ['--window', '64', '--against', modelPath]
    const { measured, divergence, tokens } = await parsed(...args, '--report', file('page.html'))
    expect(divergence?.sameChoice.share).toBe(1)
    expect(divergence?.mean).toBeCloseTo(0, 6)
    expect(divergence?.reference.perplexity).toBeCloseTo(measured.perplexity, 1)
    expect(measured.low).toBeLessThan(measured.perplexity)
    expect(measured.high).toBeGreaterThan(measured.perplexity)
    expect(existsSync(file('out.jsonl.foretold'))).toBe(false)
    expect(readFileSync(file('page.html'), 'utf8')).toContain('<polyline')

    const lines = readFileSync(file('out.jsonl'), 'utf8').split('\n')
    expect(lines.length).toBeGreaterThan(5)
    const kept = lines.slice(0, 3).join('\n')
    writeFileSync(file('out.jsonl'), `${kept}\n{"id":"7","logpr`)
    const again = await parsed(...args)
    expect(again.tokens).toBe(tokens)
    expect(again.measured.perplexity).toBeCloseTo(measured.perplexity, 9)
    expect(readFileSync(file('out.jsonl'), 'utf8').startsWith(`${kept}\n`)).toBe(true)

    appendFileSync(file('text.txt'), 'more')
    const other = await run(...args)
    expect(other.exitCode).not.toBe(0)
    expect(other.stderr).toContain('Choose another name')
  })

  test('a text that is not there is named, and no set of questions is compared', async () => {
    const { file, run, runOn } = createRun()
    rmSync(file('text.txt'))
    const missing = await run()
    expect(missing.exitCode).not.toBe(0)
    expect(missing.stderr).toMatch(/text\.txt is not there/)
    expect(missing.stderr).not.toContain('bug')
    writeFileSync(file('law_test.csv'), 'One?,a,b,c,d,B\n')
    const compared = await runOn('law_test.csv', '--against', modelPath)
    expect(compared.exitCode).not.toBe(0)
    expect(compared.stderr).toContain('Leave --against out')
  })

  test('tells what the smaller precision has lost', async () => {
    const { parsed } = createRun()
    const { tokens, divergence } = await parsed('--window', '64', '--against', fp16)
    expect(tokens).toBeGreaterThan(200)
    expect(divergence?.mean).toBeGreaterThan(1e-5)
    expect(divergence?.sameChoice.share).toBeGreaterThan(0.5)
  })
})
