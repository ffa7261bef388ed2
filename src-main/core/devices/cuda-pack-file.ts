import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'

const packSchema = z.object({
  package: z.string(),
  version: z.string(),
  /** SHA-512 in the form of a subresource integrity. */
  integrity: z.string().regex(/^sha512-[A-Za-z0-9+/]{86}==$/),
  /** The one file of the package that is needed. */
  module: z.string(),
  runtime: z.object({
    /** NVIDIA's own list of its redistributable archives. */
    index: z.url(),
    platform: z.string(),
    components: z.array(z.string()),
    /** A regular expression for the names of the libraries in those archives. */
    libraries: z.string(),
  }),
})

export type CudaPackFile = z.infer<typeof packSchema>

/** What CUDA on this system consists of. Throws AppError `device.no_cuda` where there is none. */
export async function readCudaPack(file: string): Promise<CudaPackFile> {
  const packs = z.record(z.string(), packSchema).parse(JSON.parse(await readFile(file, 'utf8')))
  const pack = packs[`${process.platform}-${process.arch}`]
  if (pack) return pack
  throw new AppError('device.no_cuda', 'There is no CUDA for this system. Use another backend.')
}

const archiveSchema = z.object({
  relative_path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.coerce.number().int(),
})

/** One archive of NVIDIA's list. */
export interface RuntimeArchive {
  path: string
  sha256: string
  sizeBytes: number
}

/** Finds the archives that a pack needs in NVIDIA's list. */
export function runtimeArchives(
  index: unknown,
  { platform, components }: CudaPackFile['runtime'],
): RuntimeArchive[] {
  const lists = z.record(z.string(), z.unknown()).parse(index)
  return components.map((component) => {
    const archives = z.record(z.string(), z.unknown()).parse(lists[component])
    const { relative_path, sha256, size } = archiveSchema.parse(archives[platform])
    return { path: relative_path, sha256, sizeBytes: size }
  })
}
