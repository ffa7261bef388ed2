/** What to do with an address that a message links to. */
export type LinkDecision =
  { type: 'open'; url: string } | { type: 'ask'; url: string } | { type: 'refuse' }

const longestAddress = 2048

/** Opens secure web pages, asks before others and before mail, refuses all else. */
export function decideLink(address: string): LinkDecision {
  if (address.length > longestAddress || !URL.canParse(address)) return { type: 'refuse' }
  const url = new URL(address)
  // `https://bank.example@evil.example` looks like the one and leads to the other.
  const isDisguised = url.username !== '' || url.password !== ''
  switch (url.protocol) {
    case 'https:':
      return { type: isDisguised ? 'ask' : 'open', url: url.href }
    case 'http:':
    case 'mailto:':
      return { type: 'ask', url: url.href }
    default:
      return { type: 'refuse' }
  }
}
