import iconv from 'iconv-lite'
import JSZip from 'jszip'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readDocument } from '../../../../src-main/core/documents/read-document.ts'
import { docxOf, drawnPageEnd, pdfOf } from '../../../fakes/documents.ts'

const cmapsFolder = join(import.meta.dirname, '../../../../resources/pdf-cmaps')
const read = (bytes: Buffer) => readDocument(bytes, cmapsFolder)

describe('text', () => {
  const chinese = '人工智能的发展历史很长。今天我们来谈一谈它的过去和未来，以及它对我们生活的影响。'

  test.each(['utf8', 'gb18030', 'utf-16le', 'utf-16be', 'big5'])(
    'reads Chinese in %s',
    async (encoding) => {
      const text =
        encoding === 'big5' ? '人工智慧的發展歷史很長。今天我們來談一談它的過去和未來。' : chinese
      const bytes = iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf-16') })

      expect(await read(bytes)).toEqual({ kind: 'text', hasPages: false, pages: [text] })
    },
  )

  test('reads UTF-8 behind a byte order mark, with the ends of lines of Windows', async () => {
    expect((await read(Buffer.from('\uFEFFa\r\nb\r\n'))).pages).toEqual(['a\nb'])
  })

  test.each([
    ['你好', 'gb18030'],
    ['Müller aß größere Äpfel für fünf Mark.', 'windows-1252'],
    ['今年の売上は五百万円で、昨年より増えました。', 'shift_jis'],
  ])('tells what "%s" is written in', async (text, encoding) => {
    expect((await read(iconv.encode(text, encoding))).pages).toEqual([text])
  })

  test('refuses what is no text', async () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa, 0, 0, 0, 0xd, 0, 1, 2, 3])

    await expect(read(png)).rejects.toMatchObject({ code: 'document.unknown_type' })
  })

  test('refuses an empty file and one with too much text', async () => {
    await expect(read(Buffer.from(' \n'))).rejects.toMatchObject({ code: 'document.empty' })
    const long = Buffer.alloc(5 * 1024 * 1024, 'a')
    await expect(read(long)).rejects.toMatchObject({ code: 'document.too_long' })
  })
})

describe('PDF', () => {
  test('reads the pages of a Chinese file that holds no font', async () => {
    const pages = ['第一页说的是苹果。', '第二页说的是香蕉，\n还有梨。']

    const document = await read(pdfOf(pages))

    const joined = ['第一页说的是苹果。', '第二页说的是香蕉，还有梨。']
    expect(document).toEqual({ kind: 'pdf', hasPages: true, pages: joined })
  })

  test('says that pictures of pages are no text', async () => {
    await expect(read(pdfOf(['']))).rejects.toMatchObject({ code: 'document.scanned' })
  })

  test('says that a file needs a password', async () => {
    const key = `<${'00'.repeat(32)}>`
    const encrypted = `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >> /ID [<00> <00>]`

    await expect(read(pdfOf(['秘密'], encrypted))).rejects.toMatchObject({
      code: 'document.encrypted',
    })
  })

  test('says that a file is damaged', async () => {
    const cut = Buffer.from('%PDF-1.4\n1 0 obj\n<< /Type /Cat')

    await expect(read(cut)).rejects.toMatchObject({ code: 'document.broken' })
  })
})

describe('Word', () => {
  test('reads paragraphs, without pages where the file tells none', async () => {
    const document = await read(await docxOf(['第一段', 'Second &amp; last']))

    expect(document).toEqual({
      ...{ kind: 'docx', hasPages: false, pages: ['第一段\n\nSecond & last'] },
    })
  })

  test('tells pages as Word drew them', async () => {
    const document = await read(await docxOf(['One', drawnPageEnd, 'Two', drawnPageEnd, 'Three']))

    expect(document).toEqual({ kind: 'docx', hasPages: true, pages: ['One', 'Two', 'Three'] })
  })

  test('refuses other archives, damaged ones and old files', async () => {
    const other = await new JSZip().file('a.txt', 'a').generateAsync({ type: 'nodebuffer' })
    await expect(read(other)).rejects.toMatchObject({ code: 'document.unknown_type' })
    const cut = (await docxOf(['One'])).subarray(0, 300)
    await expect(read(cut)).rejects.toMatchObject({ code: 'document.broken' })
    const old = Buffer.from('d0cf11e0a1b11ae1', 'hex')
    await expect(read(old)).rejects.toMatchObject({ code: 'document.old_word' })
  })

  test('unpacks no gigabytes, and no more than the directory claims', async () => {
    const claiming = async (sizeBytes: number) => {
      const file = await docxOf(['One'.repeat(1000)])
      const lastEntry = file.lastIndexOf('PK\x01\x02', undefined, 'latin1')
      file.writeUInt32LE(sizeBytes, lastEntry + 24)
      return file
    }

    await expect(read(await claiming(0x7fffffff))).rejects.toMatchObject({
      code: 'document.too_long',
    })
    await expect(read(await claiming(100))).rejects.toMatchObject({ code: 'document.broken' })
  })
})
