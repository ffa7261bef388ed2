const protocols = new Set(['https:', 'http:', 'mailto:'])

/**
 * The one list of links that may be opened: complete addresses of the web and of mail. Answers the
 * address in its plain form, or null for everything else, which is shown as text.
 */
export function safeLink(address: string): string | null {
  // Blanks, control and format characters hide what an address is; a backslash is read as a slash.
  if (/[\s\p{Cc}\p{Cf}\\]/u.test(address)) return null
  const url = URL.parse(address)
  if (url === null || !protocols.has(url.protocol)) return null
  // `https:host` and the like would be completed silently; `user@host` shows a wrong host.
  if (url.protocol !== 'mailto:' && !/^https?:\/\/[^/]/i.test(address)) return null
  if (url.username !== '' || url.password !== '') return null
  return url.href
}
