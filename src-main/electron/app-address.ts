import { isAbsolute, join, relative, resolve } from 'node:path'

/** The scheme that the renderer is served under; nothing else is. */
export const appScheme = 'app'
export const appAddress = `${appScheme}://chatglm/`

/** Whether an address is one of the app's own pages. */
export const isAppAddress = (address: string): boolean => address.startsWith(appAddress)

/** The file that an address of the app means; null when it is none within the folder. */
export function fileOfAddress(address: string, folder: string): string | null {
  if (!isAppAddress(address)) return null
  let path: string
  try {
    path = decodeURIComponent(new URL(address).pathname)
  } catch {
    return null
  }
  if (path.includes('\0') || path.includes('\\')) return null
  const file = resolve(folder, join('.', path === '/' ? 'index.html' : path))
  const inside = relative(folder, file)
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? null : file
}
