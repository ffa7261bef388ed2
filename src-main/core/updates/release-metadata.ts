import { verify } from 'node:crypto'
import { load } from 'js-yaml'
import semver from 'semver'
import { z } from 'zod'
import { AppError } from '../../shared/errors.ts'

const fileSchema = z.object({
  /** A name, never a path or another address. */
  url: z.string().regex(/^\w[\w.-]*$/),
  size: z.int().positive(),
  sha512: z.base64(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const releaseSchema = z.object({
  version: z.string().refine((text) => semver.valid(text) === text),
  files: z.array(fileSchema).min(1),
  path: z.string(),
  sha512: z.base64(),
  releaseDate: z.iso.datetime(),
})

/** `latest*.yml`, in the form of electron-updater with a SHA-256 beside its SHA-512. */
export type Release = z.infer<typeof releaseSchema>

/** Names the metadata that electron-updater reads on a system. */
export function metadataName(platform: string, arch: string): string {
  if (platform === 'win32') return 'latest.yml'
  if (platform === 'darwin') return 'latest-mac.yml'
  return arch === 'x64' ? 'latest-linux.yml' : `latest-linux-${arch}.yml`
}

/**
 * What is signed: the file with its name before it, so that the metadata of one system cannot be
 * given out as that of another.
 */
export const signedBytes = (name: string, text: string): Buffer =>
  Buffer.from(`chatglm-desktop ${name}\n${text}`)

export interface SignedMetadata {
  name: string
  text: string
  /** Ed25519, in base64. */
  signature: string
  /** PEM. */
  publicKey: string
}

/** Reads metadata whose signature holds. Throws AppError `update.untrusted` or `update.damaged`. */
export function parseRelease({ name, text, signature, publicKey }: SignedMetadata): Release {
  const isSigned = verify(
    null,
    signedBytes(name, text),
    publicKey,
    Buffer.from(signature, 'base64'),
  )
  if (!isSigned)
    throw new AppError(
      'update.untrusted',
      'What the update page says is not signed by the makers of this app, so nothing was downloaded. Try again later, or get the new version from its page.',
    )
  try {
    return releaseSchema.parse(load(text))
  } catch (error) {
    throw damaged(error)
  }
}

/** The page says something that is no description of a version. */
export const damaged = (cause: unknown): AppError =>
  new AppError(
    'update.damaged',
    'The description of the new version arrived damaged. Try again later.',
    { cause },
  )
