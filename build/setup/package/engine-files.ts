import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, matchesGlob, relative, sep } from 'node:path'

/** What of a build of the engine goes into an installer; its tests and benchmarks do not. */
export const shippedEngineFiles = [
  'chatglm-engine',
  'chatglm-engine.exe',
  'rpc-server',
  'rpc-server.exe',
  'libllama.*',
  'llama*.dll',
  'libggml*',
  'ggml*.dll',
  'msvcp140.dll',
  'vcruntime140*.dll',
  'Microsoft-Visual-C++-Runtime.txt',
  '*.metal',
  'modules/*',
]

/** The paths in `engineFolder`, with forward slashes, of what is shipped. */
export async function shippedFiles(engineFolder: string): Promise<string[]> {
  const entries = await readdir(engineFolder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(engineFolder, join(entry.parentPath, entry.name)))
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => shippedEngineFiles.some((pattern) => matchesGlob(path, pattern)))
    .sort()
}

/** Writes the SHA-256 of every file of the engine that is shipped to `manifestFile`. */
export async function writeEngineManifest(
  engineFolder: string,
  manifestFile: string,
): Promise<void> {
  const files: Record<string, string> = {}
  for (const path of await shippedFiles(engineFolder)) {
    const content = await readFile(join(engineFolder, path))
    files[path] = createHash('sha256').update(content).digest('hex')
  }
  await mkdir(join(manifestFile, '..'), { recursive: true })
  await writeFile(manifestFile, `${JSON.stringify({ files }, null, 2)}\n`)
}
