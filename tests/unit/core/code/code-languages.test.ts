import { expect, test } from 'vitest'
import {
  codeLanguages,
  findCodeLanguage,
  languageOfTag,
  withLanguageTag,
} from '../../../../src-main/shared/code-languages.ts'

test('tells CodeGeeX2 each language by its own tag', () => {
  const tags = codeLanguages.map(({ tag }) => tag)
  expect(new Set(tags).size).toBe(codeLanguages.length)
  expect(codeLanguages.length).toBe(96)
  for (const [name, tag] of [
    ['Python', '# language: Python'],
    ['C++', '// language: C++'],
    ['CSS', '/* language: CSS */'],
    ['HTML', '<!--language: HTML-->'],
    ['CUDA', '// language: Cuda'],
    ['Swift', '// language: swift'],
    ['Visual Basic', "' language: Visual Basic"],
    ['Fortran', '!language: Fortran'],
    ['Delphi', '{language: Delphi}'],
    ['Matlab', '% language: Matlab'],
    ['SQL', '-- language: SQL'],
    ['Abap', '* language: Abap'],
  ] as const)
    expect(findCodeLanguage(name)?.tag).toBe(tag)
})

test('knows the names that the official programs give', () => {
  for (const name of ['cpp', 'c-sharp', 'js', 'vb', 'PYTHON', 'objectivec', 'java-server-pages'])
    expect(findCodeLanguage(name)?.name).toBeTruthy()
  expect(findCodeLanguage('Klingon')).toBeUndefined()
})

test('puts the tag before a text once', () => {
  const python = findCodeLanguage('Python')
  if (python === undefined) throw new Error('There is no Python.')
  const text = withLanguageTag(python, '# sort\n')
  expect(text).toBe('# language: Python\n# sort\n')
  expect(withLanguageTag(python, text)).toBe(text)
  expect(languageOfTag(text)).toBe(python)
})
