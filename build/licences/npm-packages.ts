import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type ModuleInfo, type ModuleInfos, init } from 'license-checker-rseidelsohn'
import { root } from '../setup/paths.ts'
import type { Work } from './work.ts'

/** Types are gone once the app is built. */
const isTypesOnly = (name: string): boolean => name.startsWith('@types/')

function checkLicences(): Promise<ModuleInfos> {
  return new Promise((resolve, reject) => {
    const options = { start: root, production: true, nopeer: true, excludePrivatePackages: true }
    init(options, (error, found) => (error ? reject(error) : resolve(found)))
  })
}

/** For packages that say less of their licence than its text, which was read, or that let one choose. */
const readLicences = new Map([
  ['duck@0.1.12', 'BSD-2-Clause'],
  ['jszip@3.10.2', 'MIT'],
])

/** A readme that the checker found instead of a licence is no licence. */
async function textOf({ licenseFile, publisher }: ModuleInfo, licence: string): Promise<string> {
  if (licenseFile !== undefined && /licen[cs]e|copying|unlicense/i.test(basename(licenseFile)))
    return (await readFile(licenseFile, 'utf8')).replaceAll('\r\n', '\n').trim()
  const author = publisher === undefined ? '' : ` Its author is ${publisher}.`
  return `The package holds no text of a licence and says that it is under ${licence}.${author}`
}

/**
 * The packages that the app is built from, at any depth. A few of them are not in the built files,
 * as a bundler takes only what is used; to name them does no harm.
 */
export async function npmPackages(): Promise<Work[]> {
  const found = Object.entries(await checkLicences()).filter(([name]) => !isTypesOnly(name))
  return Promise.all(
    found.map(async ([name, info]) => {
      const declared = [info.licenses ?? 'unknown'].flat().join(' AND ')
      const licence = readLicences.get(name) ?? declared.replace(/^\(([^()]* AND [^()]*)\)$/, '$1')
      return { name, licence, text: await textOf(info, licence) }
    }),
  )
}
