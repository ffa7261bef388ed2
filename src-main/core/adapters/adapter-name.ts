import { basename, dirname, resolve } from 'node:path'

/**
 * What an adapter is called, of where it comes from. The training scripts name every checkpoint
 * alike, so the name of the folder around one goes before it.
 */
export function adapterName(path: string): string {
  const source = resolve(path)
  const name = basename(source).replace(/\.gguf$/iu, '')
  if (!/^checkpoint-\d+$/u.test(name)) return name
  return [basename(dirname(source)), name].filter((part) => part !== '').join('/')
}

/** With less than 255 bytes, which are all that most systems take for a name. */
const longestFileName = 60

/** The name of the file of an adapter, on any system. */
export function adapterFileName(name: string): string {
  const characters = Array.from(name.replace(/[\p{Cc}\\/:*?"<>|]/gu, '-'))
  return `${characters.slice(0, longestFileName).join('')}.gguf`
}
