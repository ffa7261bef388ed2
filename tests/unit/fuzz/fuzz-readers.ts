/**
 * Has libFuzzer look for files and links that break a reader: `npm run fuzz:readers -- SECONDS
 * [target…]`. What reaches new code is kept in out/fuzz; what breaks a reader ends the run.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { build } from 'vite'
import { outFolder, root } from '../../../build/setup/paths.ts'
import { say, SetupError } from '../../../build/setup/run.ts'

const fuzzFolder = join(outFolder, 'fuzz')
const corpusFolder = join(root, 'tests/fixtures/corpus')
const targets = ['chat-import', 'catalogue', 'links']
const slowestInputSeconds = 10
const longestInputBytes = 16 * 1024

/** One file with everything in it, as the fuzzer counts only what is no package. */
async function bundle(target: string): Promise<string> {
  await build({
    ...{ configFile: false, root, logLevel: 'warn' },
    build: {
      ...{ ssr: join(import.meta.dirname, `targets/${target}.ts`), outDir: fuzzFolder },
      ...{ emptyOutDir: false, minify: false, target: 'esnext' },
      rolldownOptions: { external: ['better-sqlite3'] },
    },
    ssr: { noExternal: true },
  })
  return join(fuzzFolder, `${target}.js`)
}

/** The words of the corpus, in the form that libFuzzer reads. */
async function writeDictionary(target: string): Promise<string> {
  const folder = join(corpusFolder, target)
  const files = await readdir(folder)
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const words = texts.flatMap((text) => text.match(/"[\w-]{1,40}":?|\w+:\/*|[\w%]+[=/?]/g) ?? [])
  const file = join(fuzzFolder, `${target}.dict`)
  const lines = [...new Set(words)].map((word) => `"${word.replaceAll('"', '\\x22')}"`)
  await writeFile(file, `${lines.join('\n')}\n`)
  return file
}

/** A folder with a newer C library than the system's, where that one is too old. */
const libraryFolder = process.env['CHATGLM_FUZZ_LIBC']

function runNode(args: string[], stdio: 'pipe' | 'inherit') {
  const options = { cwd: root, reject: false, stdio } as const
  if (libraryFolder === undefined) return execa(process.execPath, args, options)
  const loader = join(libraryFolder, 'ld-linux-x86-64.so.2')
  return execa(loader, ['--library-path', libraryFolder, process.execPath, ...args], options)
}

/** Throws SetupError where the fuzzer's addon cannot be loaded. */
async function requireFuzzer(): Promise<void> {
  const { exitCode, stderr } = await runNode(['--eval', "require('@jazzer.js/fuzzer')"], 'pipe')
  if (exitCode === 0) return
  throw new SetupError(
    `${stderr}\nJazzer.js cannot be loaded. On Linux it needs glibc 2.38: use Debian 13 or Ubuntu 24.04, ` +
      'or name a folder with a newer one in CHATGLM_FUZZ_LIBC, as tests/unit/fuzz/README.md says.',
  )
}

async function fuzz(target: string, seconds: number): Promise<boolean> {
  const found = join(fuzzFolder, `found-${target}`)
  await mkdir(found, { recursive: true })
  const file = await bundle(target)
  const dictionary = await writeDictionary(target)
  say(`Fuzzing ${target} for ${seconds} s …`)
  const args = [
    // Zod would make code of its own for each schema, in which the fuzzer counts nothing.
    ...['--import', 'data:text/javascript,globalThis.__zod_globalConfig={jitless:true}'],
    ...[join(root, 'node_modules/@jazzer.js/core/dist/cli.js'), file],
    ...[found, join(corpusFolder, target), '--disableBugDetectors=.*', '--'],
    ...[`-max_total_time=${seconds}`, `-timeout=${slowestInputSeconds}`],
    ...[`-max_len=${longestInputBytes}`, `-dict=${dictionary}`, '-print_final_stats=1'],
    ...[`-artifact_prefix=${join(fuzzFolder, `${target}-`)}`, '-rss_limit_mb=4096'],
  ]
  return (await runNode(args, 'inherit')).exitCode === 0
}

const [seconds = '60', ...chosen] = process.argv.slice(2)
await requireFuzzer()
for (const target of chosen.length > 0 ? chosen : targets)
  if (!(await fuzz(target, Number(seconds)))) process.exitCode = 1
