import { basename, join } from 'node:path'
import { build } from 'vite'
import { outFolder } from '../../build/setup/paths.ts'

/**
 * Makes one file of a program, which then starts several times as fast: a test that kills it finds it at
 * work more often. Within the checkout, since native packages stay outside of the file.
 */
export async function bundleProgram(entry: string): Promise<string> {
  const name = basename(entry, '.ts')
  const outDir = join(outFolder, 'test-programs', name)
  await build({
    configFile: false,
    logLevel: 'silent',
    ssr: { noExternal: true, external: ['better-sqlite3'] },
    build: { ssr: entry, outDir, target: 'node24', rolldownOptions: { output: { format: 'esm' } } },
  })
  return join(outDir, `${name}.js`)
}
