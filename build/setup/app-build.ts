import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { outFolder, root } from './paths.ts'
import { run, say } from './run.ts'

/** Everything that the built app is made from. */
const sources = [
  'src-main',
  'src-renderer',
  'docs/guide',
  'resources/licences',
  'electron.vite.config.ts',
  'package-lock.json',
  'tsconfig.json',
]

/** The built app: main process, preload script and renderer. */
export const appFolder = join(outFolder, 'app')

async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null)
  if (entries === null) return [path]
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

async function hashSources(): Promise<string> {
  const files = (await Promise.all(sources.map((path) => filesIn(join(root, path))))).flat().sort()
  const contents = await Promise.all(files.map((file) => readFile(file)))
  const hash = createHash('sha256')
  files.forEach((file, index) => {
    const content = contents[index]
    if (content) hash.update(`${file}\0${content.length}\0`).update(content)
  })
  return hash.digest('hex')
}

/** Builds the app unless it was built from these very sources. */
export async function ensureApp(): Promise<void> {
  const stampFile = join(appFolder, 'sources.txt')
  const wanted = await hashSources()
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === wanted) return
  say('Building the app …')
  const builder = join(root, 'node_modules/electron-vite/bin/electron-vite.js')
  await run(process.execPath, [builder, 'build'], { cwd: root })
  await writeFile(stampFile, wanted)
}
