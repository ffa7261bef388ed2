import { execa } from 'execa'
import { join } from 'node:path'
import { buildEngine, engineBuildFolder, type HostFlavour } from './engine-build.ts'
import { root } from './paths.ts'
import { say } from './run.ts'

interface Step {
  title: string
  file: string
  args: string[]
  before?: () => Promise<void>
}

const binary = (name: string): string => join(root, 'node_modules/.bin', name)

/**
 * What a sanitizer has nothing to find in, and takes minutes with: how much memory a load takes, the software
 * GPU's own code, and whole goldens of the demo model, whose code the small models run too.
 */
const leftOutOf: Partial<Record<HostFlavour, string>> = {
  sanitize: 'MemoryFit\\.|GoldenDevices.*vulkan|DemoModelTest\\.(AnswersEvery|NeverEnds)',
}

function ctest(flavour: HostFlavour): Step {
  const leftOut = leftOutOf[flavour]
  const folder = engineBuildFolder(flavour)
  return {
    title: `Engine tests (${flavour})${leftOut === undefined ? '' : `, but for ${leftOut}`}`,
    file: 'ctest',
    args: [
      ...['--test-dir', folder, '--output-on-failure', '--parallel', '2'],
      ...(leftOut === undefined ? [] : ['--exclude-regex', leftOut]),
    ],
    before: () => buildEngine(flavour, { tests: true }),
  }
}

/** One stage after the other; the steps of a stage use one processor each and run together. */
const stages: Step[][] = [
  [
    { title: 'Types', file: 'npm', args: ['run', '--silent', 'typecheck'] },
    { title: 'Lint', file: 'npm', args: ['run', '--silent', 'lint'] },
  ],
  [ctest('release')],
  [ctest('sanitize')],
  [ctest('tsan')],
  [{ title: 'Unit, contract and integration tests', file: binary('vitest'), args: ['run'] }],
  [{ title: 'End-to-end tests', file: binary('playwright'), args: ['test'] }],
  [
    {
      title: 'Package tests',
      file: binary('playwright'),
      args: ['test', '--config', 'tests/package/playwright.config.ts'],
    },
  ],
]

/** How many lines of a failed step are shown once more at the end, where logs are read first. */
const linesShownAgain = 80

interface Outcome {
  title: string
  passed: boolean
  lastLines: string
}

/** Runs a step. Beside others it prints when it has ended. */
async function runStep(step: Step, args: string[], isAlone: boolean): Promise<Outcome> {
  if (isAlone) say(`\n== ${step.title}`)
  await step.before?.()
  const given = [...step.args, ...(step.file.endsWith('vitest') ? args : [])]
  const output = isAlone ? (['inherit', 'pipe'] as const) : 'pipe'
  const result = await execa(step.file, given, {
    ...{ cwd: root, preferLocal: true, reject: false, stdin: 'ignore', all: true },
    ...{ stdout: output, stderr: output },
    env: process.stdout.isTTY ? { FORCE_COLOR: '1' } : {},
  })
  if (!isAlone) say(`\n== ${step.title}\n${result.all}`)
  return {
    title: step.title,
    passed: result.exitCode === 0,
    lastLines: result.all.split('\n').slice(-linesShownAgain).join('\n'),
  }
}

/** Runs every test of the project, one kind after the other, and fails when one kind fails. */
export async function runTests(args: string[]): Promise<void> {
  const outcomes: Outcome[] = []
  for (const stage of stages) {
    const isAlone = stage.length === 1
    outcomes.push(...(await Promise.all(stage.map((step) => runStep(step, args, isAlone)))))
  }
  const failed = outcomes.filter(({ passed }) => !passed)
  if (failed.length === 0) return say('\nAll tests passed.')
  for (const { title, lastLines } of failed) say(`\n== Failed: ${title}\n${lastLines}`)
  say(`\nFailed: ${failed.map(({ title }) => title).join(', ')}.`)
  process.exitCode = 1
}
