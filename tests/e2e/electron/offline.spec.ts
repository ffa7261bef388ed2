import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasProgram } from '../../../build/setup/run.ts'
import { ElectronDriver, type Wrap } from '../harness/electron-driver.ts'
import { expect, request, test } from '../fixtures.ts'
import { go, say, startWithDemo } from '../steps.ts'

/** The app probes devices and looks after its backups in this time. */
const quietMs = 15_000

/** Has every process of the app note where it connects and sends to. */
function watched(folder: string, log: string): Wrap {
  return async (program) => {
    const file = join(folder, 'watched')
    const trace = `strace -f -qq --seccomp-bpf -e trace=connect,sendto,sendmsg -o '${log}'`
    await writeFile(file, `#!/bin/sh\nexec ${trace} '${program}' "$@"\n`)
    await chmod(file, 0o700)
    return file
  }
}

/** The calls that go beyond this computer: to an address of the internet that is not its own. */
const reachingOut = (log: string): string[] =>
  log
    .split('\n')
    .filter((line) => /sa_family=AF_INET6?\b/.test(line))
    .filter((line) => !/"127\.|"::1"|"::ffff:127\./.test(line))

test('nothing is sent anywhere while the app starts, chats and is looked at', async ({
  display,
  dataFolder,
}) => {
  test.skip(process.platform !== 'linux' || !(await hasProgram('strace')), 'strace is missing here')
  test.slow()
  const folder = await mkdtemp(join(tmpdir(), 'chatglm-watch-'))
  const log = join(folder, 'calls')
  const app = await ElectronDriver.start(dataFolder, display, watched(folder, log))
  try {
    await startWithDemo(app.page)
    const reply = await say(app.page, 'who are you')
    await expect.poll(() => reply.textContent()).toContain('demo model')
    for (const path of ['/models', '/settings', '/'] as const) await go(app.page, path)
    await request(app.page, 'search.find', { text: 'who', limit: 10 })
    await request(app.page, 'catalogue.read', {})
    await app.page.waitForTimeout(quietMs)
    await app.close()
    const calls = await readFile(log, 'utf8')
    expect(calls).toContain('AF_UNIX') // the engine's socket: the watch has seen the app
    expect(reachingOut(calls)).toEqual([])
  } finally {
    await app.kill()
    await rm(folder, { recursive: true })
  }
})
