import { type Command } from 'commander'
import prettyBytes from 'pretty-bytes'
import { z } from 'zod'
import type { EngineClient } from '../../core/engine/engine-client.ts'
import { type ProcessMemory, processMemory } from '../../core/engine/process-memory.ts'
import type { GenerateStatistics, LoadedModel } from '../../shared/engine-api.ts'
import { type CommandContext, loadModel, withEngine } from '../model-session.ts'
import { addModelOptions, type ModelOptions, numberOf } from '../options.ts'
import { showProgress } from '../progress-line.ts'
import { printJson, printLine } from '../terminal.ts'

interface Options extends ModelOptions {
  promptTokens: number
  generateTokens: number
  runs: number
  json?: boolean
}

const count = numberOf(z.int().positive())

/** `chatglm bench`: speed and memory. */
export function addBenchCommand(program: Command, context: CommandContext): void {
  addModelOptions(program.command('bench').description('measure speed and memory'))
    .option('--prompt-tokens <count>', 'tokens of the prompt', count, 512)
    .option('--generate-tokens <count>', 'tokens to generate', count, 64)
    .option('--runs <count>', 'runs; the median counts', count, 3)
    .option('--json', 'print JSON')
    .action((options: Options) => bench(context, options))
}

function median(values: number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2
}

const filler = '机器学习研究怎样让计算机从数据中学习。The quick brown fox jumps over the lazy dog. '

/** About `tokens` tokens of text. The number in front keeps the engine from reusing its cache. */
async function makePrompt(client: EngineClient, tokens: number, run: number): Promise<string> {
  const text = `${run} ${filler.repeat(Math.ceil(tokens / 8))}`
  const { ids } = await client.request('text.tokenize', { text })
  return (await client.request('text.detokenize', { ids: ids.slice(0, tokens) })).text
}

async function measure(
  client: EngineClient,
  { promptTokens, generateTokens }: Options,
  run: number,
  signal: AbortSignal,
): Promise<GenerateStatistics> {
  const prompt = await makePrompt(client, promptTokens, run)
  const sampling = { temperature: 0, maxNewTokens: generateTokens }
  const { statistics } = await client.request(
    'completion.generate',
    { prompt, sampling },
    { signal },
  )
  return statistics
}

async function bench(context: CommandContext, options: Options): Promise<void> {
  const { terminal, signal } = context
  // The filler repeats itself, of which drafts would make more than of other text.
  const env = { ...context.env, CHATGLM_ENGINE_DRAFTS: 'off' }
  await withEngine({ ...context, env }, async (session) => {
    const model = await loadModel(context, session, options)
    const line = showProgress(terminal, 'Measuring')
    const runs: GenerateStatistics[] = []
    try {
      for (let run = 0; run <= options.runs; run++) {
        const statistics = await measure(session.client, options, run, signal)
        signal.throwIfAborted()
        if (run > 0) runs.push(statistics) // the first one warms up
        line.update((run + 1) / (options.runs + 1))
      }
    } finally {
      line.close()
    }
    const memory = await processMemory(session.processId)
    report(context, options, model, runs, memory)
  })
}

function report(
  { terminal }: CommandContext,
  { json }: Options,
  { description, threads, contextLength }: LoadedModel,
  runs: GenerateStatistics[],
  memory: ProcessMemory | null,
): void {
  const medianOf = (read: (run: GenerateStatistics) => number) => median(runs.map(read))
  const result = {
    model: description.path,
    weightType: description.weightType,
    threads,
    contextLength,
    promptTokens: medianOf((run) => run.promptTokens),
    generatedTokens: medianOf((run) => run.generatedTokens),
    promptTokensPerSecond: medianOf((run) => run.promptTokensPerSecond),
    tokensPerSecond: medianOf((run) => run.tokensPerSecond),
    timeToFirstTokenMs: medianOf((run) => run.timeToFirstTokenMs),
    memory,
    runs,
  }
  if (json === true) return printJson(terminal, result)
  const { promptTokens, promptTokensPerSecond, generatedTokens, tokensPerSecond } = result
  const rows = [
    ['model', `${description.path} (${description.weightType})`],
    ['threads', threads],
    ['prompt', `${promptTokens} tokens at ${promptTokensPerSecond.toFixed(1)}/s`],
    ['first token', `${result.timeToFirstTokenMs.toFixed(0)} ms`],
    ['generation', `${generatedTokens} tokens at ${tokensPerSecond.toFixed(1)}/s`],
    ['memory', memory ? `${prettyBytes(memory.bytes)} (${memory.kind})` : 'unknown'],
  ] as const
  for (const [label, value] of rows) printLine(terminal, `${label.padEnd(12)} ${value}`)
}
