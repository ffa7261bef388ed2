import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest()

/** Compares secrets in a time that tells nothing about them, whatever their lengths. */
export function isSameSecret(left: string, right: string): boolean {
  return timingSafeEqual(sha256(left), sha256(right))
}

function cookiesOf(header: string | undefined): Map<string, string> {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim().split('='))
  return new Map(pairs.map(([name = '', value = '']) => [name, value]))
}

/** A secret that nobody can guess, in letters that need no escaping in an address. */
export const createSecret = (): string => randomBytes(32).toString('base64url')

/**
 * Who may use the web host: whoever brought the token once, and has the cookie since then. The
 * cookie is another secret, so that the token stays out of every later request.
 */
export class Session {
  private readonly token: string
  private readonly secret = createSecret()

  constructor(token: string) {
    this.token = token
  }

  isToken(token: string): boolean {
    return isSameSecret(token, this.token)
  }

  /** Browsers share cookies between the ports of a host, hence the port in the name. */
  cookie(port: number): string {
    return `${this.cookieName(port)}=${this.secret}; Path=/; HttpOnly; SameSite=Strict`
  }

  isCookie(port: number, header: string | undefined): boolean {
    return isSameSecret(cookiesOf(header).get(this.cookieName(port)) ?? '', this.secret)
  }

  private cookieName(port: number): string {
    return `chatglm-${port}`
  }
}
