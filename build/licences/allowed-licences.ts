/** What may be shipped beside code under Apache-2.0 without asking for more than a notice. */
export const allowedLicences: readonly string[] = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'OFL-1.1',
  'Python-2.0',
  'TextMate-Bundle',
  'Unlicense',
  'Zlib',
  'public domain',
  // Microsoft's terms, which allow a program to bring its runtime along, and nothing else of it.
  'LicenseRef-Visual-Studio',
]

/** The licences of a list that are not allowed, each with what is under it. */
export function refusedLicences(works: readonly { name: string; licence: string }[]): string[] {
  return works
    .filter(({ licence }) => licence.split(' AND ').some((one) => !allowedLicences.includes(one)))
    .map(({ name, licence }) => `${name}: ${licence}`)
}
