import { execa } from 'execa'
import { join } from 'node:path'
import { buildEngine, engineBuildFolder } from './engine-build.ts'
import { root } from './paths.ts'
import { say } from './run.ts'

interface Step {
  title: string
  file: string
  args: string[]
  before?: () => Promise<void>
}

const binary = (name: string): string => join(root, 'node_modules/.bin', name)

const ctest = (flavour: 'release' | 'sanitize'): Step => ({
  title: `Engine tests (${flavour})`,
  file: 'ctest',
  args: ['--test-dir', engineBuildFolder(flavour), '--output-on-failure', '--parallel', '2'],
  before: () => buildEngine(flavour, { tests: true }),
})

const steps: Step[] = [
  { title: 'Types', file: 'npm', args: ['run', '--silent', 'typecheck'] },
  { title: 'Lint', file: 'npm', args: ['run', '--silent', 'lint'] },
  ctest('release'),
  ctest('sanitize'),
  { title: 'Unit, contract and integration tests', file: binary('vitest'), args: ['run'] },
  { title: 'End-to-end tests', file: binary('playwright'), args: ['test'] },
]

/** Runs every test of the project, one kind after the other, and fails when one kind fails. */
export async function runTests(args: string[]): Promise<void> {
  const failed: string[] = []
  for (const step of steps) {
    say(`\n== ${step.title}`)
    await step.before?.()
    const result = await execa(
      step.file,
      [...step.args, ...(step.file.endsWith('vitest') ? args : [])],
      {
        cwd: root,
        stdio: ['ignore', 'inherit', 'inherit'],
        preferLocal: true,
        reject: false,
      },
    )
    if (result.exitCode !== 0) failed.push(step.title)
  }
  if (failed.length === 0) return say('\nAll tests passed.')
  say(`\nFailed: ${failed.join(', ')}.`)
  process.exitCode = 1
}
