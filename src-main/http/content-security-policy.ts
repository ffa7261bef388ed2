const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // The only policy is Vue's own, which it makes for its compiled templates.
  "require-trusted-types-for 'script'",
  'trusted-types vue',
]

/**
 * What the renderer may load and run: its own files, nothing inline, nothing from elsewhere. Both
 * hosts send it with every answer.
 */
export const contentSecurityPolicy = directives.join('; ')
