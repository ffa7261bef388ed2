import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { readCatalogue } from '../../../../src-main/core/catalogue/catalogue-service.ts'
import type { Catalogue } from '../../../../src-main/shared/catalogue.ts'
import { must } from './must.ts'

const folder = mkdtempSync(join(tmpdir(), 'chatglm-catalogue-'))
process.on('exit', () => rmSync(folder, { recursive: true }))
const file = join(folder, 'catalogue.json')

const areDifferent = (values: string[]): boolean => new Set(values).size === values.length

/** What whoever downloads from it relies on. */
function check({ models, licences }: Catalogue): void {
  must(models.length > 0 && areDifferent(models.map(({ id }) => id)), models)
  must(areDifferent(licences.map(({ id }) => id)), licences)
  for (const { url } of licences) must(url.startsWith('https://'), url)
  for (const { files, licenceId, results, shape } of models) {
    must(
      licences.some(({ id }) => id === licenceId), // it is shown before the first download
      licenceId,
    )
    must(areDifferent(files.map(({ path }) => path.toLowerCase())), files)
    for (const { path } of files)
      must(path.split('/').every((part) => /^[\w-]/.test(part)) && path.length <= 255, path)
    must(results.length > 0 && Object.values(shape).every((size) => size > 0), [results, shape])
  }
}

/** A file that is no JSON or no catalogue, or whose licences are not there. */
const isForeseen = (error: unknown): boolean =>
  error instanceof z.ZodError ||
  error instanceof SyntaxError ||
  (error instanceof Error && 'code' in error && 'path' in error)

/** Reads a catalogue that a person put beside the chats. Throws when it must not be as it is. */
export async function read(data: Uint8Array): Promise<'taken' | 'refused'> {
  writeFileSync(file, data)
  try {
    check(await readCatalogue(file))
    return 'taken'
  } catch (error) {
    if (!isForeseen(error)) throw error
    return 'refused'
  }
}

/** For libFuzzer. */
export async function fuzz(data: Uint8Array): Promise<void> {
  await read(data)
}
