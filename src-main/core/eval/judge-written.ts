import type { WrittenForm } from './written-item.ts'

/** A minus between two numbers takes away; thousands are parted by commas. */
const number = /(?<![\w)])[-−]?[$€£¥￥]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?/gu

/** The last number of a text, without currency marks and commas. */
export function lastNumber(text: string): string | null {
  const last = text.match(number)?.at(-1)
  return last?.replaceAll(/[$€£¥￥,]/gu, '').replace('−', '-') ?? null
}

/** What stands behind the first "answer is", where there is one. */
function behindAnswer(reply: string): string {
  const [, behind] = /answer is:?\s*(.*)/isu.exec(reply) ?? []
  return (behind ?? reply).trim()
}

const option = /^\([A-Z]\)$/u

/** An option by its letter, in brackets or alone. */
function optionIn(text: string): string | null {
  const letter = /\(([A-Z])\)/u.exec(text)?.[1] ?? /\b([A-Z])\b/u.exec(text)?.[1]
  return letter === undefined ? null : `(${letter})`
}

/** The rest of the line, without marks for bold and the dot at its end. */
function lineIn(text: string): string | null {
  const [line = ''] = text.split('\n')
  const bold = /\*\*(.*?)\*\*/u.exec(line)?.[1]
  return (bold ?? line).trim().replace(/\.$/u, '').trim() || null
}

/** Of "No, since …" the first word, where the answer is a word such as "No" or "invalid". */
const wordIn = (text: string): string | null => /\p{L}+/u.exec(text)?.[0] ?? null

function chosenOf(form: WrittenForm, reply: string, answer: string): string | null {
  if (form === 'gsm8k') return lastNumber(reply)
  const behind = behindAnswer(reply)
  if (option.test(answer)) return optionIn(behind)
  const line = lineIn(behind)
  return line !== null && /^[a-z]+$/iu.test(answer) ? wordIn(line) : line
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/\s+/gu, ' ')

/**
 * Finds the answer in a reply and compares it with the right one.
 *
 * GSM8K: the last number, compared as numbers; the "flexible-extract" of EleutherAI's
 * lm-evaluation-harness (`tasks/gsm8k/gsm8k-cot.yaml`), which leaves out commas and currency marks, too.
 * BIG-Bench Hard: what stands behind the first "answer is"; of options the letter, else the line
 * without bold and final dot (OpenCompass, `datasets/bbh.py`). As there, a reply without those words is
 * looked at as a whole. Here, capitals do not count, and of a one-word answer the first word does.
 */
export function judgeWritten(
  form: WrittenForm,
  reply: string,
  answer: string,
): { chosen: string | null; correct: boolean } {
  const chosen = chosenOf(form, reply, answer)
  if (chosen === null) return { chosen, correct: false }
  const correct =
    form === 'gsm8k'
      ? Number(chosen) === Number(lastNumber(answer))
      : plain(chosen) === plain(answer.replace(/\.$/u, ''))
  return { chosen, correct }
}
