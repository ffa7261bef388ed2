/* global process, require */
// Put into the test runtime's resources/app: starts the app that --app=FOLDER names.
const { app } = require('electron')
const path = require('node:path')
require('./older-node.cjs')

const option = process.argv.find((argument) => argument.startsWith('--app='))
if (option === undefined) throw new Error('Say which app to start with --app=FOLDER.')
const folder = option.slice('--app='.length)
app.setAppPath(folder)
require(path.join(folder, 'out/app/main/main.cjs'))
