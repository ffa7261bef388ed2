import fc from 'fast-check'
import { z } from 'zod'

/** The part of JSON Schema that zod writes for our parameters. */
interface Shape {
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Shape[]
  oneOf?: Shape[]
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  additionalProperties?: Shape | boolean
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
}

const fewItems = 4
const fewCharacters = 40

/** Ids that the values share, so that one request meets what another has made. */
const ids = ['a', 'b', 'c', 'x'.repeat(64), '..']

/** What no schema of ours may trip over. */
export const garbage: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({ maxDepth: 3, withDate: true, withMap: true, withSet: true, withBigInt: true }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    ...[null, undefined, Number.NaN, Infinity, -0, 1e308, 2 ** 53, -1, 0.5, true, '', ' ', '\0'],
    ...['\uD800', '../..', '__proto__', 'constructor', 'x'.repeat(70_000), [], {}, [[]], [null]],
    ...[JSON.parse('{"__proto__": {"x": 1}}'), { toString: null }, { length: -1 }],
  ),
)

/** For requests that take no parameters: they leave alone what they are given. */
export const objects: fc.Arbitrary<unknown> = fc.dictionary(fc.string(), fc.jsonValue(), {
  maxKeys: 4,
})

function textOf(shape: Shape): fc.Arbitrary<unknown> {
  if (shape.pattern === undefined)
    return fc.string({
      unit: 'binary',
      minLength: shape.minLength ?? 0,
      maxLength: Math.min(shape.maxLength ?? fewCharacters, fewCharacters),
    })
  const pattern = new RegExp(shape.pattern, 'u')
  const known = ids.filter((id) => pattern.test(id))
  const matching = fc.stringMatching(pattern)
  return known.length === 0 ? matching : fc.oneof(matching, fc.constantFrom(...known))
}

function objectOf({ properties = {}, required = [], additionalProperties }: Shape) {
  const fields = Object.fromEntries(
    Object.entries(properties).map(([key, shape]) => [key, valueOf(shape)]),
  )
  if (Object.keys(fields).length > 0) return fc.record(fields, { requiredKeys: required })
  if (typeof additionalProperties !== 'object') return fc.constant({})
  return fc.dictionary(fc.string(), valueOf(additionalProperties), { maxKeys: fewItems })
}

function valueOf(shape: Shape): fc.Arbitrary<unknown> {
  const either = shape.anyOf ?? shape.oneOf
  if (either) return fc.oneof(...either.map(valueOf))
  if ('const' in shape) return fc.constant(shape.const)
  if (shape.enum) return fc.constantFrom(...shape.enum)
  const range = { min: shape.minimum ?? -(2 ** 53) + 1, max: shape.maximum ?? 2 ** 53 - 1 }
  switch (shape.type) {
    case 'object':
      return objectOf(shape)
    case 'array':
      return fc.array(valueOf(shape.items ?? {}), { maxLength: fewItems })
    case 'string':
      return textOf(shape)
    case 'integer':
      return fc.integer(range)
    case 'number':
      return fc.double({ ...range, noNaN: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

/** Values in the form that `schema` asks for; a rule that JSON Schema cannot say may be broken. */
export const valuesOf = (schema: z.ZodType): fc.Arbitrary<unknown> =>
  valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape)

const isContainer = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** Puts `wrong` in one place of a copy of `value`; `way` picks the place, from the outside in. */
function breakOne(value: unknown, way: number[], wrong: unknown): unknown {
  const [step = 0, ...rest] = way
  if (!isContainer(value) || way.length === 0) return wrong
  const keys = Object.keys(value)
  const key = keys[step % (keys.length + 1)]
  if (key === undefined) return Array.isArray(value) ? [...value, wrong] : { ...value, more: wrong }
  const copy: Record<string, unknown> = Array.isArray(value)
    ? Object.assign([], value)
    : { ...value }
  if (wrong === undefined) Reflect.deleteProperty(copy, key)
  else copy[key] = breakOne(value[key], rest, wrong)
  return copy
}

const way = fc.array(fc.nat({ max: 100 }), { minLength: 1, maxLength: 3 })

/** The same with one field of another kind, missing or too many. */
export const brokenValuesOf = (schema: z.ZodType): fc.Arbitrary<unknown> =>
  fc
    .tuple(valuesOf(schema), way, garbage)
    .map(([value, steps, wrong]) => breakOne(value, steps, wrong))
