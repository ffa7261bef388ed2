import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from './fixtures.ts'
import { runInstalled, type Surroundings } from './installed-app.ts'
import { canPackage, linkedCopy } from './made-packages.ts'

test.beforeEach(() => test.skip(!canPackage, 'Packages are made on Linux x64.'))

/** Asks one question of the app in `app`, which starts its engine. */
const ask = (app: string, where: Surroundings) =>
  runInstalled(join(app, 'resources/bin/chatglm'), ['chat', '-p', '你好'], where)

/** Puts a file in the place of another. Never writes into it, since it is shared with others. */
async function replace(file: string, content: Buffer): Promise<void> {
  await writeFile(`${file}.new`, content, { mode: 0o755 })
  await rename(`${file}.new`, file)
}

/** Each gives the file that the app must name. */
const attacks: Record<string, (engine: string) => Promise<string>> = {
  async 'one byte of the engine changed'(engine) {
    const file = join(engine, 'chatglm-engine')
    const content = await readFile(file)
    content[content.length - 1] = (content.at(-1) ?? 0) ^ 1
    await replace(file, content)
    return file
  },
  async 'a module added'(engine) {
    const file = join(engine, 'libggml-cpu-other.so')
    await copyFile(join(engine, 'libggml-cpu-x64.so'), file)
    return file
  },
  async 'a library replaced'(engine) {
    const file = join(engine, 'libggml-base.so')
    await replace(file, await readFile(join(engine, 'libggml-cpu-x64.so')))
    return file
  },
  async 'a link in place of a library'(engine) {
    const file = join(engine, 'libllama.v0.4.0.so')
    await rename(file, join(engine, '../elsewhere.so'))
    await symlink('../elsewhere.so', file)
    return file
  },
}

for (const [name, attack] of Object.entries(attacks)) {
  test(`refuses an engine with ${name}`, async ({ where }) => {
    const app = await linkedCopy()
    const file = await attack(join(app, 'resources/engine'))
    const end = await ask(app, where)
    expect(end.all).toContain(`${file} is not as it was installed. Install the app again.`)
    expect(end.exitCode).not.toBe(0)
    await rm(app, { recursive: true })
  })
}

test('loads nothing of its name from the working folder or the PATH', async ({ where }) => {
  const app = await linkedCopy()
  const planted = join(where.home, 'planted')
  const marks = join(where.home, 'marks')
  await mkdir(planted)
  await mkdir(marks)
  const source = join(where.home, 'plant.c')
  await writeFile(
    source,
    `#include <stdio.h>
     __attribute__((constructor)) static void run(void) { fclose(fopen("${marks}/library", "w")); }`,
  )
  const library = join(planted, 'libggml-base.so')
  await execa('cc', ['-shared', '-fPIC', '-o', library, source])
  for (const name of ['libllama.v0.4.0.so', 'libggml-cpu-zen4.so', 'libffmpeg.so', 'libEGL.so']) {
    await cp(library, join(planted, name))
  }
  for (const name of ['chatglm-engine', 'chatglm-desktop', 'readlink', 'dirname', 'id', 'node']) {
    const script = `#!/bin/sh\n: > ${marks}/${name}\nexec /usr/bin/${name} "$@"\n`
    await writeFile(join(planted, name), script, { mode: 0o755 })
  }
  const env = { PATH: `${planted}:/usr/bin:/bin`, GGML_BACKEND_PATH: library }

  const end = await ask(app, { ...where, env, folder: planted })

  expect(end.all).toContain('ChatGLM')
  const found = await execa('ls', [marks])
  expect(found.stdout.split('\n').filter((name) => name !== '')).toEqual([])
  await execa('/bin/true', { env: { LD_PRELOAD: library } })
  expect(existsSync(join(marks, 'library')), 'the planted library shows when it runs').toBe(true)
  await rm(app, { recursive: true })
})
