/* global process, queueMicrotask, require */
// Put into the test runtime's resources/app: starts the app that --app=FOLDER names.
const { app } = require('electron')
const events = require('node:events')
const path = require('node:path')
const stream = require('node:stream')

// Node 18.15 lacks these two, which execa imports.
stream.getDefaultHighWaterMark ??= (objectMode) => (objectMode ? 16 : 16_384)
events.addAbortListener ??= (signal, listener) => {
  if (signal.aborted) queueMicrotask(() => listener())
  else signal.addEventListener('abort', listener, { once: true })
  return { [Symbol.dispose ?? '']: () => signal.removeEventListener('abort', listener) }
}

const option = process.argv.find((argument) => argument.startsWith('--app='))
if (option === undefined) throw new Error('Say which app to start with --app=FOLDER.')
const folder = option.slice('--app='.length)
app.setAppPath(folder)
require(path.join(folder, 'out/app/main/main.cjs'))
