// The first step of every command. Runs on Node 20 with nothing installed, brings the packages of
// the lock file and hands over to main.ts under the Node that they contain.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const stampFile = join(root, 'node_modules/.chatglm-lock-hash')

/** Installs the exact packages of the lock file, unless that was done for this very lock file. */
function installPackages() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex')
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return
  process.stderr.write('Installing the packages of package-lock.json …\n')
  const npm = spawnSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  })
  if (npm.status !== 0) {
    process.stderr.write('npm could not install the packages; its message stands above.\n')
    process.exit(1)
  }
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, wanted)
}

if (Number(process.versions.node.split('.')[0]) < 20) {
  process.stderr.write(`Node ${process.versions.node} is too old. Install Node 20 or later.\n`)
  process.exit(1)
}
installPackages()
const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')
const main = spawn(node, [join(root, 'build/setup/main.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
})
// Ctrl-C in a terminal reaches the program too, which decides what it means.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => main.kill('SIGTERM'))
main.on('exit', (code) => process.exit(code ?? 1))
