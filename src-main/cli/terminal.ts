import { addAbortSignal, type Readable, type Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** The streams of the program. Results go to stdout; all that is for a person goes to stderr. */
export interface Terminal {
  stdin: Readable & { isTTY?: boolean }
  stdout: Writable
  stderr: Writable & { isTTY?: boolean }
}

/** A result, on a line of its own. */
export function printLine(terminal: Terminal, line: string): void {
  terminal.stdout.write(`${line}\n`)
}

/** A result for programs. */
export function printJson(terminal: Terminal, value: unknown): void {
  printLine(terminal, JSON.stringify(value))
}

/** Words for a person. */
export function tell(terminal: Terminal, line: string): void {
  terminal.stderr.write(`${line}\n`)
}

/** All of stdin, without the line end that a shell puts behind it. Throws once `signal` aborts. */
export async function readStdin({ stdin }: Terminal, signal: AbortSignal): Promise<string> {
  return (await text(addAbortSignal(signal, stdin))).replace(/\r?\n$/, '')
}
