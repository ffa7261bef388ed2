import fc from 'fast-check'

/** Makes another file of a sound one. */
type Mutation = (text: string) => string

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)

/** Values as text, since some of them no program of ours would write. */
const oddValues = [
  ...['null', 'true', '-1', '0.5', '1e308', '1e999', '9007199254740991', '8640000000000001'],
  ...['""', '"\\ud800"', '"\\u0000"', '"__proto__"', '"../.."', JSON.stringify('长'.repeat(5000))],
  ...['[]', '{}', '[null]', '{"__proto__": {"x": 1}}', '{"constructor": 1}', deep(5000)],
]

/** Everywhere alike: fast-check would else prefer the beginning. */
const place = fc.noBias(fc.integer({ min: 0, max: 99_999 })).map((where) => where / 100_000)
const at = (text: string, where: number): number => Math.floor(where * text.length)

const flip = fc
  .tuple(place, fc.integer({ min: 1, max: 255 }))
  .map(([where, bits]): Mutation => (text) => {
    const bytes = Buffer.from(text)
    const index = Math.floor(where * bytes.length)
    bytes[index] = (bytes[index] ?? 0) ^ bits
    return bytes.toString('utf8')
  })
const cut = place.map(
  (where): Mutation =>
    (text) =>
      text.slice(0, at(text, where)),
)
const repeat = fc.tuple(place, place).map(([from, length]): Mutation => (text) => {
  const start = at(text, from)
  const end = Math.min(text.length, start + 1 + Math.floor(length * 200))
  return text.slice(0, end) + text.slice(start)
})

/** Where whole values stand in a JSON text: after a colon, a comma or a bracket. */
const valuePattern =
  /(?<=[:[,]\s*)("(?:[^"\\]|\\.)*"(?!\s*:)|-?\d[\d.e+-]*|true|false|null|\[\]|\{\})/g

const replaceValue = fc
  .tuple(place, fc.constantFrom(...oddValues))
  .map(([where, value]): Mutation => (text) => {
    const found = [...text.matchAll(valuePattern)]
    const chosen = found[Math.floor(where * found.length)]
    if (!chosen) return value
    return text.slice(0, chosen.index) + value + text.slice(chosen.index + chosen[0].length)
  })

/** Another type in the place of a list or an object, with all that it held. */
const replaceTree = fc
  .tuple(place, fc.constantFrom(...oddValues))
  .map(([where, value]): Mutation => (text) => {
    const start = text.indexOf('{', at(text, where))
    const end = text.indexOf('}', start)
    return start < 0 || end < 0 ? value : text.slice(0, start) + value + text.slice(end + 1)
  })

/** One to three changes: bytes, cuts, slices twice, values of other types. */
export const mutation: fc.Arbitrary<Mutation> = fc
  .array(
    fc.oneof(
      flip,
      cut,
      repeat,
      { arbitrary: replaceValue, weight: 5 },
      { arbitrary: replaceTree, weight: 2 },
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((changes) => (text: string) => changes.reduce((changed, change) => change(changed), text))
