/** Licences that SPDX's list does not have. */
export const unlistedLicences: readonly string[] = [
  'public domain',
  'TextMate-Bundle',
  // Microsoft's terms of Visual Studio, which allow a program to bring its runtime along.
  'LicenseRef-Visual-Studio',
]

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
  'Unlicense',
  'Zlib',
  ...unlistedLicences,
]

/** The licences of a list that are not allowed, each with what is under it. */
export function refusedLicences(works: readonly { name: string; licence: string }[]): string[] {
  return works
    .filter(({ licence }) => licence.split(' AND ').some((one) => !allowedLicences.includes(one)))
    .map(({ name, licence }) => `${name}: ${licence}`)
}
