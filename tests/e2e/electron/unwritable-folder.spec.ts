import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { commandOf } from '../harness/electron-driver.ts'
import { expect, test } from '../fixtures.ts'

test('a folder that cannot be written to is named, in a window and to a terminal', async ({
  dataFolder,
  display,
}) => {
  await writeFile(join(dataFolder, 'file'), '')
  const { executablePath, args, env } = await commandOf(join(dataFolder, 'file/data'), display)
  const sentence = /cannot be written to[^]*file\/data/u

  const shown = spawn(executablePath, args, { env })
  let said = ''
  shown.stderr.on('data', (piece: Buffer) => (said += piece.toString('utf8')))
  await expect.poll(() => said).toMatch(sentence)
  expect(shown.exitCode).toBeNull() // the message stays until it is read
  const ended = once(shown, 'exit')
  shown.kill('SIGKILL')
  await ended

  const typed = spawn(executablePath, [...args, '--cli', 'list'], { env })
  said = ''
  typed.stderr.on('data', (piece: Buffer) => (said += piece.toString('utf8')))
  const [exitCode] = (await once(typed, 'exit')) as [number | null]
  expect(exitCode).toBe(1)
  expect(said).toMatch(sentence)
})
