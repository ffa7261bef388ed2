import { chmod, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { root } from '../paths.ts'
import { run } from '../run.ts'
import { stageDocuments } from './linux-documents.ts'
import { debianControl, debianArchitecture } from './linux-control.ts'
import { installFolder, linuxDesktopEntry, mimeTypes } from './linux-desktop.ts'

/** `small` for people, `fast` for tests. */
export type Compression = 'small' | 'fast'

/** What a package of the folder `unpacked` is made of. */
export interface LinuxPackage {
  /** Electron-builder's folder with the whole app. */
  unpacked: string
  version: string
  outputFolder: string
  compression: Compression
}

/** The names that the release looks for, as `artifactName` of `builder-config.ts`. */
export const debName = (version: string): string =>
  `chatglm-desktop-${version}-linux-${debianArchitecture}.deb`
export const archiveName = (version: string): string =>
  `chatglm-desktop-${version}-linux-${process.arch}.tar.gz`

const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512]

/** Programs may be run by everyone, all else only read, whatever the umask of the build was. */
async function setModes(stage: string): Promise<void> {
  await run('chmod', ['-R', 'u=rwX,go=rX', stage])
  // Chromium's own sandbox helper, for systems without namespaces for everyone.
  await chmod(join(stage, installFolder, 'chrome-sandbox'), 0o4755)
}

/** Lays out what the package installs below `stage`. Nothing of it needs a script at installation. */
async function stageFiles(stage: string, { unpacked, version }: LinuxPackage): Promise<void> {
  const write = async (path: string, text: string) => {
    await mkdir(join(stage, path, '..'), { recursive: true })
    await writeFile(join(stage, path), text)
  }
  await cp(unpacked, join(stage, installFolder), { recursive: true, verbatimSymlinks: true })
  await mkdir(join(stage, 'usr/bin'), { recursive: true })
  await symlink(`${installFolder}/resources/bin/chatglm`, join(stage, 'usr/bin/chatglm'))
  await write('usr/share/applications/chatglm-desktop.desktop', linuxDesktopEntry(installFolder))
  await write('usr/share/mime/packages/chatglm-desktop.xml', mimeTypes)
  for (const size of iconSizes) {
    const folder = join(stage, `usr/share/icons/hicolor/${size}x${size}/apps`)
    await mkdir(folder, { recursive: true })
    const icon = join(root, `build/resources/icons/${size}x${size}.png`)
    await cp(icon, join(folder, 'chatglm-desktop.png'))
  }
  await stageDocuments(stage, version)
  await setModes(stage)
}

/** Makes a Debian package with Debian's own program. Returns its file. */
export async function makeDeb(options: LinuxPackage): Promise<string> {
  const { outputFolder, version, compression } = options
  const stage = join(outputFolder, 'deb')
  const file = join(outputFolder, debName(version))
  await rm(stage, { recursive: true, force: true })
  await stageFiles(stage, options)
  await mkdir(join(stage, 'DEBIAN'), { mode: 0o755 })
  await writeFile(join(stage, 'DEBIAN/control'), await debianControl(stage, version))
  const how = compression === 'small' ? ['-Zxz', '-z6'] : ['-Zgzip', '-z1']
  await run('dpkg-deb', ['--root-owner-group', ...how, '--build', stage, file])
  await rm(stage, { recursive: true })
  return file
}

/** Makes an archive for any Linux. Returns its file. */
export async function makeArchive(options: LinuxPackage): Promise<string> {
  const { unpacked, version, outputFolder, compression } = options
  const file = join(outputFolder, archiveName(version))
  const name = basename(file, '.tar.gz')
  const rename = `s,^${basename(unpacked)},${name},`
  const gzip = compression === 'small' ? 'gzip -9' : 'gzip -1'
  const owner = ['--owner=0', '--group=0', '--mode=u=rwX,go=rX']
  const from = ['-C', join(unpacked, '..')]
  await run('tar', [
    ...from,
    ...owner,
    '--transform',
    rename,
    '-I',
    gzip,
    '-cf',
    file,
    basename(unpacked),
  ])
  return file
}
