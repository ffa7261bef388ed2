import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { bundleProgram } from '../fakes/bundle-program.ts'
import { newFolder } from '../fakes/new-folder.ts'
import { engineFile, hasRealEngine, modelPath } from './real-engine.ts'

/** Starts a program in a room of the system that has no network, not even its own addresses. */
const withoutNetwork = ['-n', '-rn']
  .map((option) => ['unshare', option])
  .find(([file = '', ...args]) => spawnSync(file, [...args, 'true']).status === 0)

if (withoutNetwork === undefined)
  process.stderr.write(
    'Tests without a network are skipped: unshare gives no room of its own here.\n',
  )

const root = join(import.meta.dirname, '../..')
const storeEntry = new URL('../../src-main/core/store/store-worker.ts', import.meta.url)

describe.skipIf(!hasRealEngine || withoutNetwork === undefined)('without a network', () => {
  const [unshare = '', option = ''] = withoutNetwork ?? []

  test('the room has none', async () => {
    const { stdout } = await execa(unshare, [option, 'cat', '/proc/net/route'])
    expect(stdout.trim().split('\n')).toHaveLength(1) // the heading
  })

  test('the command line answers', async () => {
    const program = ['--import', 'tsx', join(root, 'src-main/cli/main.ts')]
    const chat = ['chat', '--model', modelPath, '--temperature', '0', '-p', '你好']
    const env = { CHATGLM_ENGINE: engineFile, CHATGLM_CACHE_DIR: newFolder() }
    const { stdout } = await execa(unshare, [option, process.execPath, ...program, ...chat], {
      env,
    })
    expect(stdout).toContain('ChatGLM')
  })

  test('the app starts, loads a model and answers', async () => {
    const host = await bundleProgram(join(import.meta.dirname, 'app-kill-host.ts'))
    const places = [newFolder(), engineFile, join(root, 'resources'), fileURLToPath(storeEntry)]
    const app = spawn(unshare, [option, process.execPath, host, ...places], { detached: true })
    const ended = once(app, 'exit')
    onTestFinished(async () => {
      process.kill(-(app.pid ?? 0), 'SIGKILL')
      await ended
    })
    let isAnswered = false
    for await (const line of createInterface(app.stdout)) {
      isAnswered = line.includes('"delta"')
      if (isAnswered) break
    }
    expect(isAnswered).toBe(true)
  })
})
