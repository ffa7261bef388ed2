import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import yauzl from 'yauzl'
import { tooLong } from './document-errors.ts'

/** Of all parts that are read, unpacked. A book of a thousand pages has some ten megabytes. */
const mostXmlBytes = 96 * 1024 * 1024
const mostParts = 20_000

export const isXmlPart = (name: string): boolean => /\.(xml|rels)$/i.test(name)

/**
 * Makes sure that what will be unpacked of a Word file fits into memory, whatever its directory
 * claims: a few kilobytes can hold gigabytes. Throws AppError `document.too_long`.
 */
export async function expectSmallZip(bytes: Uint8Array): Promise<void> {
  const open = promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)
  const zip = await open(Buffer.from(bytes), { lazyEntries: true, strictFileNames: false })
  let claimedBytes = 0
  let parts = 0
  const read = async (entry: yauzl.Entry): Promise<void> => {
    parts += 1
    claimedBytes += entry.uncompressedSize
    if (parts > mostParts || claimedBytes > mostXmlBytes) throw tooLong()
    // yauzl ends the stream with an error as soon as it is longer than the directory claims.
    const stream = await promisify<yauzl.Entry, NodeJS.ReadableStream>(
      zip.openReadStream.bind(zip),
    )(entry)
    await finished(stream.resume())
  }
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry: yauzl.Entry) => {
      const reading = isXmlPart(entry.fileName) ? read(entry) : Promise.resolve()
      reading.then(() => zip.readEntry(), reject)
    })
    zip.on('end', resolve)
    zip.on('error', reject)
    zip.readEntry()
  })
}
