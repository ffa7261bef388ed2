import { execa } from 'execa'

/** Tells a person on stderr what goes on; stdout belongs to the program that is set up. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`)
}

/** A set-up step that failed; the message says what to do and is shown without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError'
}

/** Runs a program of the set-up; its output goes to stderr. Throws SetupError when it fails. */
export async function run(
  file: string,
  args: string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<void> {
  const result = await execa(file, args, {
    ...options,
    reject: false,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
    all: true,
  })
  if (result.exitCode === 0) return
  process.stderr.write(`${result.all}\n`)
  throw new SetupError(`${file} ${args.join(' ')} failed; its output stands above.`)
}

/** Whether a program can be found. */
export async function hasProgram(name: string): Promise<boolean> {
  const find = process.platform === 'win32' ? 'where' : 'which'
  return (await execa(find, [name], { reject: false })).exitCode === 0
}
