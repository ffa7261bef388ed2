/* global require */
// The main file of an app that is packaged with the test runtime.
require('./older-node.cjs')
require('../out/app/main/main.cjs')
