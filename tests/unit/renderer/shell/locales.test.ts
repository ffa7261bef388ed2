import { describe, expect, test } from 'vitest'
import { locales } from '@shared/settings.ts'

interface Tree {
  [key: string]: string | Tree
}

const localeFiles = import.meta.glob<Tree>('../../../../src-renderer/locales/*/*.json', {
  eager: true,
  import: 'default',
})
const rendererSources = import.meta.glob<string>('../../../../src-renderer/**/*.{vue,ts}', {
  eager: true,
  query: '?raw',
  import: 'default',
})
const appSources = import.meta.glob<string>(
  ['../../../../src-main/**/*.ts', '!../../../../src-main/cli/**'],
  { eager: true, query: '?raw', import: 'default' },
)

function flatten(tree: Tree, prefix: string): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${prefix}.${key}`, value]] : flatten(value, `${prefix}.${key}`),
  )
}

/** All messages of a language by their whole keys, as `src-renderer/i18n.ts` puts them together. */
function messagesOf(locale: string): Map<string, string> {
  const files = Object.entries(localeFiles).filter(([path]) => path.includes(`/${locale}/`))
  return new Map(files.flatMap(([path, tree]) => flatten(tree, path.replace(/^.*\/|\.json$/g, ''))))
}

const english = messagesOf('en')
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join()

/** What stands between the brackets of each call of `t`. */
const callsOfT = (source: string): string[] =>
  [...source.matchAll(/(?<![\w.])t\(((?:[^()]|\([^()]*\))*)\)/g)].map(([, inner]) => inner ?? '')

describe.each(locales.filter((locale) => locale !== 'en'))('%s', (locale) => {
  const own = messagesOf(locale)

  test('has the same keys as English', () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort())
  })

  test('fills in the same values as English', () => {
    const wrong = [...own].filter(
      ([key, text]) =>
        placeholders(text) !== placeholders(english.get(key) ?? '') && !text.includes('|'),
    )
    expect(wrong).toEqual([])
  })
})

test('no message raises its voice', () => {
  const all = locales.flatMap((locale) => [...messagesOf(locale)])
  expect(all.filter(([, text]) => /[!！]/.test(text))).toEqual([])
})

test('every key that the renderer uses is there', () => {
  const keys = [...english.keys()]
  const isThere = (key: string): boolean => {
    const [start, ...rest] = key.split(/\$\{[^}]*\}/)
    if (rest.length === 0) return english.has(key)
    return keys.some((one) => one.startsWith(start ?? '') && one.endsWith(rest.at(-1) ?? ''))
  }
  const used = Object.entries(rendererSources).flatMap(([path, source]) =>
    callsOfT(source).flatMap((call) =>
      [...call.matchAll(/['`]([a-z]+\.[\w.${}-]+)['`]/g)].map(([, key]) => ({
        path,
        key: key ?? '',
      })),
    ),
  )
  expect(used.length).toBeGreaterThan(100)
  expect(used.filter(({ key }) => !isThere(key))).toEqual([])
})

test('every failure that the app foresees has a sentence', () => {
  const codes = Object.values(appSources).flatMap((source) =>
    [...source.matchAll(/new AppError\(\s*'([a-z_.]+)'/g)].map(([, code]) => code ?? ''),
  )
  expect(codes.length).toBeGreaterThan(10)
  const commandLineOnly = /^web\.invalid_port$/
  // Told to programs that use the API, in English as its other words.
  const overHttpOnly = /^api\.(refused|token_missing|unknown_path|unknown_model)$/
  const shown = codes.filter((code) => !commandLineOnly.test(code) && !overHttpOnly.test(code))
  /** The API's own section says why it does not listen. */
  const isTold = (code: string): boolean =>
    english.has(`errors.${code}`) || english.has(code.replace('api.', 'api.failures.'))
  expect(shown.filter((code) => !isTold(code))).toEqual([])
})
