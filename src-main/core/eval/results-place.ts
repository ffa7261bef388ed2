import { basename, dirname, extname, join } from 'node:path'
import type { EvalPlan } from '../../shared/eval.ts'
import { isText } from '../../shared/eval.ts'
import { servedName } from '../inference/inference-source.ts'

/** What makes results of one way of measuring differ from those of another. */
function wayOf({ path, method, shots, windowTokens }: EvalPlan, against: string | null): string[] {
  if (!isText(path))
    return [...(method === 'letter' ? ['letter'] : []), ...(shots > 0 ? [`${shots}-shot`] : [])]
  return [`window-${windowTokens}`, ...(against === null ? [] : [`against-${servedName(against)}`])]
}

/**
 * The file for the results: the one that is named, or one in the folder that is named or beside what is
 * read, whose name says how was measured, so that the same is found again and another never in the way.
 */
export function resultsFileOf(plan: EvalPlan, model: string, against: string | null): string {
  const { path, results } = plan
  if (results !== null && extname(results).toLowerCase() === '.jsonl') return results
  const subject = basename(path, extname(path))
  const name = [subject, servedName(model), ...wayOf(plan, against), 'results.jsonl'].join('.')
  return join(results ?? dirname(path), name)
}
