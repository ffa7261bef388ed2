import { execa } from 'execa'
import { join } from 'node:path'
import { root } from './paths.ts'

/** Runs a program in the foreground, where the person is, and takes over its exit code. */
export async function runInForeground(file: string, args: string[]): Promise<void> {
  const program = execa(file, args, {
    cwd: process.env['INIT_CWD'] ?? process.cwd(), // npm changes it; paths mean the person's
    stdio: 'inherit',
    reject: false,
  })
  process.on('SIGINT', () => undefined) // the program has it too, and decides
  process.on('SIGTERM', () => program.kill('SIGTERM'))
  process.exitCode = (await program).exitCode ?? 1
}

/** Runs a TypeScript program of the checkout in the foreground. */
export async function runProgram(file: string, args: string[]): Promise<void> {
  const tsx = import.meta.resolve('tsx')
  await runInForeground(process.execPath, ['--import', tsx, join(root, file), ...args])
}
