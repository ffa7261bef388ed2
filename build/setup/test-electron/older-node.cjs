/* global AbortController, AbortSignal, queueMicrotask, require, URL */
const { webcrypto } = require('node:crypto')
const events = require('node:events')
const stream = require('node:stream')

// What Node 18.15 lacks and the app or its packages use.
stream.getDefaultHighWaterMark ??= (objectMode) => (objectMode ? 16 : 16_384)
events.addAbortListener ??= (signal, listener) => {
  if (signal.aborted) queueMicrotask(() => listener())
  else signal.addEventListener('abort', listener, { once: true })
  return { [Symbol.dispose ?? '']: () => signal.removeEventListener('abort', listener) }
}
AbortSignal.any ??= (signals) => {
  const any = new AbortController()
  for (const signal of signals) {
    if (signal.aborted) any.abort(signal.reason)
    else signal.addEventListener('abort', () => any.abort(signal.reason), { once: true })
  }
  return any.signal
}
URL.canParse ??= (address) => {
  try {
    return Boolean(new URL(address))
  } catch {
    return false
  }
}
globalThis.crypto ??= webcrypto
