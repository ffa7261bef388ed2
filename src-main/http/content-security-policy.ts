const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // Vue's own policy is for its compiled templates; the other one knows one address, that of the
  // worker that colours code.
  "require-trusted-types-for 'script'",
  'trusted-types vue highlighter',
]

/**
 * What the renderer may load and run: its own files, nothing inline, nothing from elsewhere. Both
 * hosts send it with every answer.
 */
export const contentSecurityPolicy = directives.join('; ')
