/** The program `chatglm`. */
import { exitCodes } from './exit-codes.ts'
import { runProgram } from './program.ts'

const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second time the person means it. The engine ends with us.
    if (interrupted.signal.aborted) process.exit(exitCodes.interrupted)
    interrupted.abort()
  })
}
// `chatglm … | head` closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok)
  throw error
})

const { stdin, stdout, stderr, env } = process
const context = { terminal: { stdin, stdout, stderr }, env, signal: interrupted.signal }
process.exitCode = await runProgram(process.argv.slice(2), context)
