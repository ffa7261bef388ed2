/** Downloads an update as the app does and may install it, in a process to kill: `update-host.ts JSON`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { ReleaseFeed } from '../../../../src-main/core/updates/release-feed.ts'
import { UpdateMemory } from '../../../../src-main/core/updates/update-memory.ts'
import { PackageInstaller } from '../../../../src-main/electron/updates/package-installer.ts'

const input = z.object({
  ...{ address: z.string(), publicKey: z.string(), name: z.string() },
  ...{ folder: z.string(), configFile: z.string(), installs: z.boolean() },
})
const { address, publicKey, name, folder, configFile, installs } = input.parse(
  JSON.parse(process.argv[2] ?? ''),
)
const network = () => ({ proxy: { type: 'none' as const }, certificateFile: null })
const feed = new ReleaseFeed({
  ...{ source: { address, publicKey }, name, network, currentVersion: '1.0.0' },
  memory: new UpdateMemory(join(folder, 'updates.json')),
})
const { signal } = new AbortController()
const release = await feed.findNewer(signal)
if (release === null) throw new Error('There is nothing newer.')
const installer = new PackageInstaller({
  ...{ platform: 'linux', address, version: '1.0.0', folder, configFile, network },
  log: {
    info: () => undefined,
    error: (text, error) => process.stderr.write(`${text}: ${String(error)}\n`),
  },
  closeApp: () => Promise.resolve(),
  exit: () => process.exit(0),
  startAgain: () => process.exit(1),
})
await installer.download(release, { signal, onProgress: () => undefined })
writeFileSync(join(folder, 'downloaded'), '')
if (installs) await installer.install()
