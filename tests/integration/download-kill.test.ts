import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { bundleProgram } from '../fakes/bundle-program.ts'
import { randomContent, sha256Of } from '../fakes/hostile-server.ts'
import {
  customPath,
  described,
  mebibyte,
  startServer,
  temporaryFolder,
  testModel,
} from '../fakes/test-download.ts'

const host = fileURLToPath(new URL('download-kill-host.ts', import.meta.url))
const name = 'pytorch_model.bin'
/** As many kills as are wanted, or as many as a slow machine has the time for. */
const limits = { kills: 100, ms: 60_000 }

function start([program = '', ...args]: string[]): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
}

test('is killed again and again and loses next to nothing', { timeout: 180_000 }, async () => {
  const content = randomContent(256 * mebibyte + 777, 3)
  const server = await startServer({
    files: { [customPath(name)]: content },
    bytesPerSecond: 24 * mebibyte,
  })
  const folder = temporaryFolder()
  const program = await bundleProgram(host)
  const args = [program, folder, server.base, JSON.stringify(testModel([described(name, content)]))]

  const endMs = performance.now() + limits.ms
  let kills = 0
  let landed = 0
  while (kills < limits.kills && performance.now() < endMs) {
    const before = server.servedBytes
    const child = start(args)
    const ended = once(child, 'exit')
    // The start of a process takes its time; the kill waits until something has arrived.
    while (server.servedBytes === before && child.exitCode === null) await delay(5)
    await delay(Math.random() * 200)
    if (child.exitCode !== null) break // it was faster than the kills
    child.kill('SIGKILL')
    await ended
    kills += 1
    if (server.servedBytes - before > 1) landed += 1
  }
  const last = start(args)
  const [code] = (await once(last, 'exit')) as [number]

  expect(code).toBe(0)
  expect(sha256Of(readFileSync(join(folder, name)))).toBe(sha256Of(content))
  const twiceBytes = server.servedBytes - content.length
  const perKill = (twiceBytes / mebibyte / kills).toFixed(2)
  process.stdout.write(
    `${kills} kills, ${landed} in mid-way, ${perKill} MiB fetched twice for each\n`,
  )
  expect(landed).toBeGreaterThan(kills / 4)
  expect(twiceBytes).toBeLessThanOrEqual(kills * 8 * mebibyte)
})
