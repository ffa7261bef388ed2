import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { packagesFolder } from '../../build/setup/package/builder-config.ts'
import {
  makeArchive,
  makeDeb,
  type LinuxPackage,
} from '../../build/setup/package/linux-packages.ts'
import { packageApp } from '../../build/setup/package/package-command.ts'
import { outFolder } from '../../build/setup/paths.ts'

/** The Electron that packages are tested with is for Linux on x64. */
export const canPackage = process.platform === 'linux' && process.arch === 'x64'

/** Electron-builder's folder that the packages are made of. */
export const unpacked = join(packagesFolder, 'linux-unpacked')

/** Versions that no release has, the second above the first. */
export const versions = { older: '0.0.1', newer: '0.0.2' }

const outputFolder = join(outFolder, 'package-tests-files')

const options = (version: string): LinuxPackage => ({
  unpacked,
  version,
  outputFolder,
  compression: 'fast',
})

/** Packages the app as `npm run package` does, up to the folder that all packages are made of. */
export async function makeFolder(): Promise<void> {
  await packageApp(['--dir', '--closed-network'])
  await mkdir(outputFolder, { recursive: true })
}

export const debOf = (version: string): Promise<string> => makeDeb(options(version))
export const archiveOf = (version: string): Promise<string> => makeArchive(options(version))

/** A copy of the folder that shares its files: replace them, never write into them. */
export async function linkedCopy(): Promise<string> {
  const folder = join(outputFolder, `copy-${crypto.randomUUID()}`)
  await execa('cp', ['-al', unpacked, folder])
  return folder
}
