import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { TextScore } from '../../../shared/engine-api.ts'
import { AppError } from '../../../shared/errors.ts'
import type { InferenceSource } from '../../inference/inference-source.ts'
import { answerAll } from '../../resumable/answer-all.ts'
import type { MeasureProgress } from '../measure-progress.ts'
import { ResultsFile } from '../results-file.ts'
import { RunningPerplexity } from './running-perplexity.ts'
import { type TextWindow, textWindows } from './text-windows.ts'
import { textSettings, type TextSettings, windowScore, type WindowScore } from './window-score.ts'

/** A model by its name, which is loaded for `work` in place of another one. */
export interface ModelToUse {
  name: string
  use<T>(work: (source: InferenceSource) => Promise<T>): Promise<T>
}

export interface TextRunOptions {
  text: string
  windowTokens: number
  measured: ModelToUse
  /** The model that it is compared with. */
  reference: ModelToUse | null
  /** Where what is found is kept; a run that was ended goes on from there. */
  output: string
  signal: AbortSignal
  onProgress: (progress: MeasureProgress) => void
  /** How much the reference may keep on the disk until the other one has read it. */
  roundBytes?: number
}

export interface TextRun {
  settings: TextSettings
  windows: WindowScore[]
}

/** What a model foretells of one token takes on the disk, with the padded vocabulary of the 6B models. */
const bytesPerToken = 65_024 * 2 + 8
/** Loading a model takes half a minute, reading so much text half an hour. */
const defaultRoundBytes = 4 * 2 ** 30

async function tokenWindows(
  source: InferenceSource,
  { text, windowTokens, signal }: TextRunOptions,
): Promise<TextWindow[]> {
  const { client } = await source.ready(signal)
  const tokens = async (of: string) =>
    (await client.request('text.tokenize', { text: of, withPrefix: true }, { signal })).ids
  const prefix = await tokens('')
  const all = await tokens(text)
  return textWindows(prefix, all.slice(prefix.length), windowTokens)
}

/** So many windows at a time that what the reference keeps of them has room. */
function roundsOf(windows: TextWindow[], { windowTokens, ...options }: TextRunOptions) {
  const { reference, roundBytes = defaultRoundBytes } = options
  const most = Math.max(1, Math.floor(roundBytes / (windowTokens * bytesPerToken)))
  const size = reference === null ? windows.length : most
  const count = windows.length === 0 ? 0 : Math.ceil(windows.length / size)
  return Array.from({ length: count }, (_, index) =>
    windows.slice(index * size, (index + 1) * size),
  )
}

interface Reading {
  items: TextWindow[]
  files: (window: TextWindow) => { writeDistributions?: string; reference?: string }
  keep: (window: TextWindow, score: TextScore) => Promise<void>
  signal: AbortSignal
}

/** One window after the other; one that crashes the engine is tried once more. */
function readAll(source: InferenceSource, { items, files, keep, signal }: Reading): Promise<void> {
  return answerAll({
    ...{ items, signal, keep, atOnce: 1 },
    async ask(window, ending) {
      const { client } = await source.ready(ending)
      const { ids, scoredFrom } = window
      const params = { ids, scoredFrom, ...files(window) }
      return client.request('text.score', params, { signal: ending })
    },
    mayPass: () => true,
    onFailed(_, failure) {
      throw failure
    },
  })
}

/**
 * Has a model foretell a text window by window, and keeps what it held each token for; with a
 * reference, what the two differ by, too. Rejects with what ends the run; an interrupted one resolves
 * with what is known.
 */
export async function runText(options: TextRunOptions): Promise<TextRun> {
  const { text, windowTokens, measured, reference, output, signal } = options
  const settings: TextSettings = {
    form: 'text',
    model: measured.name,
    reference: reference?.name ?? null,
    text: createHash('sha256').update(text).digest('hex'),
    window: windowTokens,
  }
  const windows = await (reference ?? measured).use((source) => tokenWindows(source, options))
  if (windows.length === 0)
    throw new AppError('eval.empty', 'The text is empty. Name another file.')
  const head = textSettings.parse({ chatglm_eval: 1, ...settings })
  const file = await ResultsFile.open<WindowScore>(output, { head, result: windowScore })
  const folder = resolve(`${output}.foretold`)
  const placeOf = ({ id }: TextWindow) => join(folder, id)
  const found = [...file.earlier]
  const known = new Set(found.map(({ id }) => id))
  const soFar = new RunningPerplexity(found.map(({ logprobs }) => logprobs))
  let foretold = found.length

  async function keep(window: TextWindow, score: TextScore): Promise<void> {
    const whole = { id: window.id, ...score }
    await file.write(whole)
    found.push(whole)
    soFar.add(whole.logprobs)
    await rm(placeOf(window), { force: true })
    tell()
  }

  /** What the reference foretold lies on the disk until the other one has read it. */
  function tell(): void {
    const [done, total] = [found.length, windows.length]
    const fraction = reference === null ? done / total : (done + foretold) / (2 * total)
    options.onProgress({ kind: 'text', done, total, fraction, soFar: soFar.value })
  }

  async function measure(round: TextWindow[]): Promise<void> {
    if (reference !== null) {
      const items = round.filter((window) => !existsSync(placeOf(window)))
      const files = (window: TextWindow) => ({ writeDistributions: placeOf(window) })
      foretold += round.length - items.length
      const leave = async () => {
        foretold += 1 // the engine has kept it
        tell()
      }
      await reference.use((source) => readAll(source, { items, files, keep: leave, signal }))
      if (signal.aborted) return
    }
    const files = (window: TextWindow) => (reference ? { reference: placeOf(window) } : {})
    await measured.use((source) => readAll(source, { items: round, files, keep, signal }))
  }

  try {
    tell()
    // Of another run, were there no results of this one.
    if (file.isNew) await rm(folder, { recursive: true, force: true })
    if (reference !== null) await mkdir(folder, { recursive: true })
    const pending = windows.filter(({ id }) => !known.has(id))
    for (const round of roundsOf(pending, options)) {
      if (signal.aborted) break
      await measure(round)
    }
    if (found.length === windows.length) await rm(folder, { recursive: true, force: true })
  } finally {
    await file.close()
  }
  return { settings, windows: found }
}
