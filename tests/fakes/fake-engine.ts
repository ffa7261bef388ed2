/**
 * An engine without a model: speaks the real protocol on the real socket and follows the script in
 * its first argument. A program of its own, so that processes, signals and frames are real.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  type CancellationToken,
  createMessageConnection,
  ProgressType,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'
import { z } from 'zod'
import type { FakeEngineMoment, FakeEngineScript } from './fake-engine-script.ts'

const script = JSON.parse(process.argv[2] ?? '{}') as FakeEngineScript
const socket = connect(process.env['CHATGLM_ENGINE_SOCKET'] ?? '')
const connection = createMessageConnection(
  new StreamMessageReader(socket),
  new StreamMessageWriter(socket),
)
const progress = new ProgressType<unknown>()

for (const line of script.logLines ?? []) process.stderr.write(`${line}\n`)

const exit = (code: number): Promise<never> => {
  process.exit(code)
}

/** Does what the script says for a moment; may never return. */
async function misbehave(moment: FakeEngineMoment | undefined): Promise<void> {
  switch (moment) {
    case undefined:
      return
    case 'exit':
      return exit(3)
    case 'hang':
      return new Promise(() => setInterval(() => undefined, 1000))
    case 'close':
      socket.destroy()
      return new Promise(() => setInterval(() => undefined, 1000))
    case 'bad_frame':
      socket.write('Content-Length: 8\r\n\r\n{"broken')
      return new Promise(() => undefined)
    case 'no_length':
      socket.write('Content-Size: 9\r\n\r\n{}')
      return new Promise(() => undefined)
    default:
      process.kill(process.pid, moment)
      return new Promise(() => undefined)
  }
}

/** Writes down what a test wants to see. */
function note(line: string): void {
  if (script.requestLog !== undefined) appendFileSync(script.requestLog, `${line}\n`)
}

function countTimes(file: string): number {
  const times = existsSync(file) ? readFileSync(file, 'utf8').length : 0
  appendFileSync(file, '.')
  return times
}

const hello = {
  token: script.hello?.token ?? process.env['CHATGLM_ENGINE_TOKEN'] ?? '',
  protocolVersion: script.hello?.protocolVersion ?? 1,
  engineVersion: 'fake',
  llamaVersion: 'fake',
  processId: process.pid,
}

const statistics = {
  promptTokens: 5,
  reusedTokens: 0,
  restoredTokens: 0,
  restoreMs: 0,
  generatedTokens: 0,
  timeToFirstTokenMs: 1,
  promptTokensPerSecond: 100,
  tokensPerSecond: 10,
  seed: 42,
}

const contractFile = z.object({ result: z.object({ valid: z.array(z.unknown()) }) })

/** The first valid answer of the contract. */
function exampleResult(method: string): unknown {
  const file = join(import.meta.dirname, '../contract', `${method}.json`)
  return contractFile.parse(JSON.parse(readFileSync(file, 'utf8'))).result.valid[0]
}

const generateParams = z.object({
  progressToken: z.int().optional(),
  messages: z.array(z.object({ content: z.string() })).default([]),
  replyStart: z.string().default(''),
})

async function generate(params: unknown, token: CancellationToken) {
  const { progressToken, messages, replyStart } = generateParams.parse(params)
  const tell = (value: unknown) =>
    progressToken === undefined
      ? Promise.resolve()
      : connection.sendProgress(progress, progressToken, value)
  await tell({ type: 'reading', readTokens: 5, promptTokens: 5 })
  const question = messages.at(-1)?.content ?? ''
  const { crashOnceAt } = script
  if (crashOnceAt?.content === question && countTimes(crashOnceAt.file) === 0)
    await misbehave('SIGSEGV')
  const answer = script.answers?.[question]
  const reply = answer === undefined ? (script.reply ?? ['你', '好', '！']) : [answer]
  const pieces = Array.from({ length: script.replyTimes ?? 1 }, () => reply).flat()
  let text = replyStart
  for (const [index, piece] of pieces.entries()) {
    if (index === script.during?.afterPieces) await misbehave(script.during.moment)
    if (token.isCancellationRequested) break
    await tell({ type: 'text', text: piece })
    text += piece
    await delay(script.pieceDelayMs ?? 1)
  }
  if (token.isCancellationRequested) note('cancelled')
  const finish = token.isCancellationRequested ? 'cancelled' : 'stop'
  return { text, finish, statistics: { ...statistics, generatedTokens: pieces.length } }
}

const countParams = z.object({
  text: z.string().default(''),
  messages: z.array(z.object({ content: z.string() })).default([]),
})

/** A token for each character; null for what is no counting. */
function countCharacters(method: string, params: unknown): unknown {
  if (method === 'text.tokenize')
    return { ids: Array.from(countParams.parse(params).text, () => 7) }
  if (method !== 'chat.count') return null
  const lengths = countParams.parse(params).messages.map(({ content }) => content.length)
  const roundTokens = lengths.slice(0, -1).filter((_, index) => index % 2 === 0)
  return { promptTokens: lengths.reduce((sum, length) => sum + length, 0), roundTokens }
}

const convertParams = z.object({ destination: z.string(), progressToken: z.int().optional() })

async function convert(params: unknown, token: CancellationToken) {
  const { destination, progressToken } = convertParams.parse(params)
  for (let doneBytes = 0; doneBytes <= 40; doneBytes += 10) {
    if (token.isCancellationRequested) {
      return new ResponseError(1, 'The conversion was cancelled.')
    }
    if (progressToken !== undefined) {
      const value = { doneBytes, totalBytes: 40, step: 'blk.0' }
      await connection.sendProgress(progress, progressToken, value)
    }
    await delay(script.pieceDelayMs ?? 1)
  }
  writeFileSync(destination, 'GGUF converted')
  return { sizeBytes: 40, weightType: 'q4_0' }
}

const adapterParams = z.object({ source: z.string(), destination: z.string() })

/** A prefix of what has that word in its path, a LoRA adapter of everything else. */
function convertAdapter(params: unknown) {
  const { source, destination } = adapterParams.parse(params)
  const content = `GGUF adapter of ${source}`
  writeFileSync(destination, content)
  const prefix = { type: 'prefix', prefixLength: 8 }
  const description = source.includes('prefix') ? prefix : { type: 'lora', rank: 4 }
  return { sizeBytes: content.length, description }
}

connection.onRequest(async (method: string, params: unknown, token: CancellationToken) => {
  if (method !== 'engine.ping') note(`${method} ${JSON.stringify(params)}`)
  await misbehave(script.on?.[method])
  const error = script.errors?.[method]
  if (error) return new ResponseError(error.code, error.message)
  const result = script.results?.[method]
  if (result !== undefined) return result
  if (method === 'engine.shutdown') {
    setTimeout(() => process.exit(0), 1)
    return null
  }
  if (method === 'model.convert') return convert(params, token)
  if (method === 'adapter.convert') return convertAdapter(params)
  if (method === 'adapter.check') return null
  const counted = script.countsCharacters ? countCharacters(method, params) : null
  if (counted !== null) return counted
  if (method.endsWith('.generate')) return generate(params, token)
  return exampleResult(method)
})

socket.on('error', () => process.exit(1))
socket.on('close', () => {
  if (script.during?.moment !== 'close') process.exit(0)
})
connection.listen()
const { crashFirst } = script
if (crashFirst && countTimes(crashFirst.countFile) < crashFirst.times) await misbehave('SIGSEGV')
await misbehave(script.beforeHello)
await connection.sendRequest('engine.hello', hello).catch((error: unknown) => {
  if (script.answerFile !== undefined && error instanceof ResponseError) {
    writeFileSync(script.answerFile, String(error.code))
  }
  process.exit(1)
})
await misbehave(script.afterHello)
