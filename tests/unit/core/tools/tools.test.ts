import fc from 'fast-check'
import { expect, test } from 'vitest'
import { argumentsOf, pythonCall } from '../../../../src-main/core/tools/python-call.ts'
import { runBuiltIn } from '../../../../src-main/core/tools/run-built-in.ts'
import { toolsSchema } from '../../../../src-main/core/tools/tool-definition.ts'
import { builtInTools, toolCallOf } from '../../../../src-main/shared/tools.ts'

test('reads the arguments that ChatGLM3 writes as Python', () => {
  const code = `\`\`\`python
tool_call(city='北京', days=-1.5, all=True, unit=None, list=[1, 'a'], more={'k': (1, 2)}, s="a\\n'")
\`\`\``
  expect(argumentsOf(code)).toEqual({
    ...{ city: '北京', days: -1.5, all: true, unit: null, list: [1, 'a'] },
    ...{ more: { k: [1, 2] }, s: "a\n'" },
  })
  expect(argumentsOf('tool_call()')).toEqual({})
})

test('runs nothing of a call and refuses what is no literal', () => {
  const wrong = [
    ...['open("x")', 'a=open("x")', 'a=b', 'a=1+1', "a=f'{x}'", "a=b'x'", "'x'", 'a=', "a='x"],
    ...['**a', 'a=lambda: 1', 'a=[x for x in y]'],
  ]
  for (const inside of wrong)
    expect(() => argumentsOf(`tool_call(${inside})`), inside).toThrow(
      expect.objectContaining({ code: 'tool.unreadable_call' }) as Error,
    )
  expect(() => argumentsOf('nothing')).toThrow(/cannot be read/u)
})

test('reads again whatever it writes', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((one) => !/[\r\u2028\u2029]/u.test(one))
  const value = fc.letrec<{ value: never }>((tie) => ({
    value: fc.oneof(
      ...[text, fc.integer(), fc.boolean(), fc.constant(null)],
      fc.array(tie('value'), { maxLength: 3 }),
    ) as fc.Arbitrary<never>,
  })).value
  let count = 0
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}_$/u), value), (given) => {
      count++
      expect(argumentsOf(pythonCall(given))).toEqual({ ...given })
    }),
  )
  process.stdout.write(`${count} random calls\n`)
})

test('takes a reply for a call only when it begins with a tool that is known', () => {
  const call = "calculator\n ```python\ntool_call(expression='1+1')\n```"
  const content = "```python\ntool_call(expression='1+1')\n```"
  expect(toolCallOf(call, builtInTools)).toEqual({ name: 'calculator', content })
  expect(toolCallOf(call, [])).toBeNull()
  expect(toolCallOf('calculator', builtInTools)).toBeNull()
  expect(toolCallOf('calculator\nis a tool.', builtInTools)).toBeNull()
})

test('computes, and tells the model of a mistake as of a result', () => {
  const calculate = (expression: string): unknown =>
    JSON.parse(runBuiltIn({ name: 'calculator', content: pythonCall({ expression }) }))
  expect(calculate('(2 + 3) * sqrt(16) ** 2')).toEqual({ result: 80 })
  for (const wrong of ['1 / 0', 'x = 3', 'constructor', 'a.b', '"a" || "b"', 'f(x) = x', '2 +'])
    expect(calculate(wrong)).toMatchObject({ error: expect.any(String) as string })
  expect(runBuiltIn({ name: 'calculator', content: pythonCall({ x: 1 }) })).toContain('error')
})

test('tells the time of a place', () => {
  const tell = (place: Record<string, string>): unknown =>
    JSON.parse(runBuiltIn({ name: 'current_time', content: pythonCall(place) }))
  expect(tell({ time_zone: 'Asia/Shanghai' })).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/u) as string,
    weekday: expect.stringMatching(/day$/u) as string,
    time_zone: 'Asia/Shanghai',
  })
  expect(tell({})).toHaveProperty('time_zone')
  expect(tell({ time_zone: 'Nowhere' })).toHaveProperty('error')
})

test('knows no tool but its own', () => {
  expect(() => runBuiltIn({ name: 'rm', content: 'tool_call()' })).toThrow(/no such tool/u)
})

test('refuses tools that cannot be told apart or called', () => {
  const [one] = builtInTools
  expect(toolsSchema.safeParse(builtInTools).success).toBe(true)
  for (const wrong of [[one, one], [{ ...one, name: 'two words' }], [{ name: 'a' }]])
    expect(toolsSchema.safeParse(wrong).success).toBe(false)
})
