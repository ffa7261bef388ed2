import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { root } from '../setup/paths.ts'
import { SetupError } from '../setup/run.ts'

const versionOf = z.object({ version: z.string() })

/**
 * Refuses a tag that is not the version of the package, of its lock file and of the engine, or that
 * the changelog has no heading for. Returns the version.
 */
export async function checkVersion(tag: string): Promise<string> {
  const read = (path: string) => readFile(join(root, path), 'utf8')
  const { version } = versionOf.parse(JSON.parse(await read('package.json')))
  const locked = versionOf.parse(JSON.parse(await read('package-lock.json'))).version
  const engine = /project\(chatglm-engine VERSION ([\d.]+)/.exec(
    await read('engine/CMakeLists.txt'),
  )?.[1]
  const wrong = [
    ...(tag === `v${version}` ? [] : [`the tag is ${tag}, package.json says ${version}`]),
    ...(locked === version ? [] : [`package-lock.json says ${locked}`]),
    ...(engine === version.replace(/-.*/, '') ? [] : [`the engine says ${engine ?? 'nothing'}`]),
    ...((await read('CHANGELOG.md')).includes(`\n## ${version}`)
      ? []
      : [`CHANGELOG.md has no "## ${version}"`]),
  ]
  if (wrong.length > 0) throw new SetupError(`This is no release yet: ${wrong.join('; ')}.`)
  return version
}
