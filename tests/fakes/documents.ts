import iconv from 'iconv-lite'
import JSZip from 'jszip'

/** What the drawing of a page says: each line in Chinese, as bytes of GBK in hexadecimal. */
function drawing(page: string): string {
  const lines = page.split('\n').map((line) => iconv.encode(line, 'gbk').toString('hex'))
  return `BT /F1 12 Tf 72 720 Td 16 TL ${lines.map((line) => `<${line}> Tj T*`).join(' ')} ET`
}

/**
 * A PDF whose font is not in it and whose text is in GBK, as many Chinese offices write them: only
 * tables of characters tell what it says. `extra` goes into the trailer.
 */
export function pdfOf(pages: string[], extra = ''): Buffer {
  const kids = pages.map((_, index) => `${10 + 2 * index} 0 R`).join(' ')
  const objects = new Map<number, string>([
    [1, '<< /Type /Catalog /Pages 2 0 R >>'],
    [2, `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`],
    [
      3,
      '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /GBK-EUC-H /DescendantFonts [4 0 R] >>',
    ],
    [
      4,
      '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /DW 1000 /FontDescriptor 5 0 R >>',
    ],
    [
      5,
      '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >>',
    ],
  ])
  for (const [index, page] of pages.entries()) {
    const content = drawing(page)
    objects.set(
      10 + 2 * index,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${11 + 2 * index} 0 R >>`,
    )
    objects.set(11 + 2 * index, `<< /Length ${content.length} >>\nstream\n${content}\nendstream`)
  }
  let file = '%PDF-1.4\n'
  const offsets = new Map<number, number>()
  for (const [number, body] of objects) {
    offsets.set(number, file.length)
    file += `${number} 0 obj\n${body}\nendobj\n`
  }
  const size = Math.max(...objects.keys()) + 1
  const table = file.length
  file += `xref\n0 ${size}\n`
  for (let number = 0; number < size; number += 1) {
    const offset = offsets.get(number)
    file +=
      offset === undefined
        ? '0000000000 65535 f \n'
        : `${String(offset).padStart(10, '0')} 00000 n \n`
  }
  file += `trailer\n<< /Size ${size} /Root 1 0 R ${extra} >>\nstartxref\n${table}\n%%EOF\n`
  return Buffer.from(file, 'latin1')
}

/** The end of a page, as Word notes where it drew one. */
export const drawnPageEnd = '<w:r><w:lastRenderedPageBreak/></w:r>'

/** A Word file. Each paragraph is XML between `<w:p>` and `</w:p>`, or a plain text. */
export function docxOf(paragraphs: string[]): Promise<Buffer> {
  const body = paragraphs
    .map((text) => (text.startsWith('<') ? text : `<w:r><w:t>${text}</w:t></w:r>`))
    .map((runs) => `<w:p>${runs}</w:p>`)
    .join('')
  const zip = new JSZip()
  const main = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml'
  zip.file(
    '[Content_Types].xml',
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="${main}"/></Types>`,
  )
  zip.file(
    '_rels/.rels',
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
  )
  zip.file(
    'word/document.xml',
    `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
  )
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE' })
}
