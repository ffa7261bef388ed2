import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Backend } from '../../shared/devices.ts'

/** How ggml names the files of its modules on this system. */
const moduleFile = (backend: Backend): string =>
  process.platform === 'win32' ? `ggml-${backend}.dll` : `libggml-${backend}.so`

/** Where GPU modules are: beside the engine, and in packs that were downloaded. */
export interface ModulePlaces {
  engineFile: string
  /** Of an installed engine. */
  manifestFile?: string | undefined
  packsFolder: string
}

/** The file of a backend's module; null when it is not on this computer. */
export function findModule(backend: Backend, { engineFile, packsFolder }: ModulePlaces) {
  const name = moduleFile(backend)
  const places = [
    join(dirname(engineFile), 'modules'),
    dirname(engineFile), // as the Metal module of a Mac
    join(packsFolder, backend),
  ]
  return places.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null
}

/** Changes when another module is put in its place. */
export function moduleFingerprint(file: string | null): string {
  if (file === null) return 'absent'
  const { size, mtimeMs } = statSync(file)
  return `${file} ${size} ${mtimeMs}`
}
