import { createPublicKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const sourceSchema = z.object({
  /** The page of all versions, laid out as GitHub does: `latest/download/…`, `download/v1.2.3/…`. */
  address: z.url({ protocol: /^https?$/ }),
  /** Ed25519, PEM. */
  publicKey: z.string().refine((pem) => createPublicKey(pem).asymmetricKeyType === 'ed25519'),
})

/** Where updates of this build come from, and whose signature they carry. */
export type UpdateSource = z.infer<typeof sourceSchema>

const isLoopback = ({ hostname }: URL): boolean => ['127.0.0.1', '[::1]'].includes(hostname)

/**
 * Reads what the packaging has written beside the app. Null for a build without it, which has no
 * updates. Throws when it is there and cannot be what was written.
 */
export async function readUpdateSource(file: string): Promise<UpdateSource | null> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const source = sourceSchema.parse(JSON.parse(text))
  const url = new URL(source.address)
  if (url.protocol !== 'https:' && !isLoopback(url))
    throw new Error(`Updates would come over a connection that is not secure: ${source.address}`)
  return { ...source, address: source.address.replace(/\/+$/, '') }
}
