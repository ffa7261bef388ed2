import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../../../src-main/cli/program.ts'
import { fakeEngineFile } from '../../fakes/fake-engine-script.ts'
import { publishModel } from '../../fakes/published-model.ts'
import { newDataFolder } from '../../fakes/test-app.ts'
import { TestTerminal } from '../../fakes/test-terminal.ts'

function start() {
  const dataFolder = newDataFolder()
  mkdirSync(dataFolder, { recursive: true })
  const published = publishModel(dataFolder)
  const env = {
    CHATGLM_ENGINE: fakeEngineFile(),
    CHATGLM_DATA_DIR: dataFolder,
    CHATGLM_CACHE_DIR: join(dataFolder, 'cache'),
  }
  const run = async (...args: string[]) => {
    const terminal = new TestTerminal({ isInteractive: false })
    terminal.stdin.end('')
    const code = await runProgram(args, { terminal, env, signal: new AbortController().signal })
    return { code, stdout: terminal.stdoutText, stderr: terminal.stderrText }
  }
  const pull = (...more: string[]) =>
    run('pull', published.catalogueId, '--from', published.sourceFolder, ...more)
  return { run, pull, folder: join(dataFolder, 'models', published.catalogueId) }
}

test('pulls a model, lists it, verifies it and removes it', async () => {
  const { run, pull, folder } = start()
  const file = join(folder, 'published-demo-q4_0.gguf')

  const pulled = await pull('--accept-licence')
  expect(pulled).toMatchObject({ code: 0, stdout: `${file}\n` })
  expect((await run('list')).stdout).toContain('published-demo-q4_0')
  expect((await run('verify', 'published-demo')).stdout).toBe(`${file}: sound\n`)
  expect(await run('chat', '--model', 'published-demo', '-p', 'hi')).toMatchObject({ code: 0 })

  expect((await run('rm', 'published-demo-q4_0')).stdout).toBe(`${file}\n`)
  expect(existsSync(folder)).toBe(false)
  expect((await run('list')).stdout).toBe('')
})

test('shows the licence, and fetches nothing before it is accepted', async () => {
  const { pull, folder } = start()

  const { code, stderr } = await pull()

  expect(code).toBe(2)
  expect(stderr).toContain('Be kind.')
  expect(stderr).toContain('--accept-licence')
  expect(existsSync(folder)).toBe(false)
})

test('says which file is damaged', async () => {
  const { run, pull, folder } = start()
  await pull('--accept-licence')
  const file = join(folder, 'published-demo-q4_0.gguf')
  writeFileSync(file, 'GGUF convertex')

  const { code, stderr } = await run('verify', 'published-demo')

  expect(code).toBe(3)
  expect(stderr).toContain(`${file} is damaged.`)
})

test('names the models of the catalogue, and refuses others', async () => {
  const { run } = start()

  expect((await run('list', '--all')).stdout).toContain('published-demo')
  const { code, stderr } = await run('pull', 'gpt-4', '--accept-licence')
  expect(code).toBe(3)
  expect(stderr).toContain('There is no model "gpt-4" in the catalogue.')
})
