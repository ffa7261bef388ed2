import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Display {
  name: string
  stop(): Promise<void>
}

/** Gives the display that there is, or starts one that nobody sees. */
export async function openDisplay(): Promise<Display> {
  const name = process.env['DISPLAY']
  if (process.platform !== 'linux' || (name !== undefined && name !== '')) {
    return { name: name ?? '', stop: async () => undefined }
  }
  // It picks a free number itself and writes it to the descriptor.
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1440x1000x24', '-nolisten', 'tcp'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  )
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  const number = await new Promise<string>((resolve, reject) => {
    const pipe = server.stdio[3]
    if (!pipe || !('read' in pipe)) return reject(new Error('Xvfb has no pipe.'))
    createInterface(pipe).once('line', resolve)
    server.once('error', reject)
    server.once('exit', () => reject(new Error('Xvfb ended. Is the package xvfb installed?')))
  })
  return {
    name: `:${number.trim()}`,
    stop: async () => {
      server.kill()
      await ended
    },
  }
}
