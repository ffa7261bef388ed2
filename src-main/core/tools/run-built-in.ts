import { Parser } from 'expr-eval-fork'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'
import type { JsonValue, ToolCall } from '../../shared/tools.ts'
import { argumentsOf } from './python-call.ts'

const longestExpression = 1000

const calculator = z.object({ expression: z.string().max(longestExpression) })
const currentTime = z.object({ time_zone: z.string().max(64).optional() })

/** Without assignments and functions of its own, an expression only computes. */
const parser = new Parser({
  allowMemberAccess: false,
  operators: { assignment: false, fndef: false, in: false, random: false },
})

/** The model is told of a mistake as of any result, and can try again. */
function calculate(given: JsonValue): JsonValue {
  const { expression } = calculator.parse(given)
  try {
    const value: unknown = parser.evaluate(expression.replaceAll('**', '^'))
    return Number.isFinite(value) ? { result: Number(value) } : { error: 'This has no result.' }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

function tellTime(given: JsonValue): JsonValue {
  const { time_zone: timeZone } = currentTime.parse(given)
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('sv-SE', { ...(timeZone ? { timeZone } : {}), ...options })
  const now = new Date()
  try {
    return {
      time: part({ dateStyle: 'short', timeStyle: 'medium' }).format(now),
      weekday: new Intl.DateTimeFormat('en', {
        ...(timeZone ? { timeZone } : {}),
        weekday: 'long',
      }).format(now),
      time_zone: timeZone ?? part({}).resolvedOptions().timeZone,
    }
  } catch {
    return { error: `There is no time zone ${timeZone ?? ''}.` }
  }
}

const tools: Record<string, (given: JsonValue) => JsonValue> = {
  calculator: calculate,
  current_time: tellTime,
}

/** Runs a tool of the app's own. Throws AppError `tool.unknown` or `tool.unreadable_call`. */
export function runBuiltIn({ name, content }: ToolCall): string {
  const tool = tools[name]
  if (!tool)
    throw new AppError('tool.unknown', 'The app has no such tool. Write its result yourself.')
  const given = argumentsOf(content)
  try {
    return JSON.stringify(tool(given))
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error
    return JSON.stringify({ error: 'The arguments are not those that the tool takes.' })
  }
}
