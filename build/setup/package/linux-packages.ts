import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { root } from '../paths.ts'
import { run } from '../run.ts'
import { linuxDesktopEntry, modelMimeTypes } from './linux-desktop.ts'

/** The folder of the app, once it is installed. */
const installFolder = '/opt/chatglm-desktop'

const debianArchitecture = process.arch === 'arm64' ? 'arm64' : 'amd64'

/** What a package of the folder `unpacked` is made of. */
export interface LinuxPackage {
  /** Electron-builder's folder with the whole app. */
  unpacked: string
  version: string
  outputFolder: string
}

const control = (version: string): string => `Package: chatglm-desktop
Version: ${version}
Section: misc
Priority: optional
Architecture: ${debianArchitecture}
Maintainer: The contributors of ChatGLM Desktop <chatglm-desktop@users.noreply.github.com>
Depends: libgtk-3-0, libnss3, libxss1 | libc6, libasound2 | libasound2t64, libgbm1, xdg-utils
Description: Chat with ChatGLM on your own computer
 Runs ChatGLM2-6B and its relatives without sending a word anywhere, and keeps the conversations.
`

/** Runs the command line inside the app. It draws nothing, but Electron starts only with a display. */
const launcher = `#!/bin/sh
if [ -z "$DISPLAY$WAYLAND_DISPLAY" ]; then
  echo "chatglm needs a graphical session. Over SSH, connect with -X or start it with xvfb-run." >&2
  exit 1
fi
exec ${installFolder}/chatglm-desktop --no-sandbox --disable-gpu --log-level=3 --cli "$@"
`

const afterInstall = `#!/bin/sh
set -e
# Chromium's own sandbox helper, for systems without namespaces for everyone.
chown root:root ${installFolder}/chrome-sandbox
chmod 4755 ${installFolder}/chrome-sandbox
if command -v update-desktop-database >/dev/null; then update-desktop-database -q /usr/share/applications; fi
if command -v update-mime-database >/dev/null; then update-mime-database /usr/share/mime; fi
`

/** Lays out what the package installs below `stage`. */
async function stageFiles(stage: string, { unpacked, version }: LinuxPackage): Promise<void> {
  const write = async (path: string, text: string, mode = 0o644) => {
    await mkdir(join(stage, path, '..'), { recursive: true })
    await writeFile(join(stage, path), text, { mode })
  }
  await cp(unpacked, join(stage, installFolder), { recursive: true, verbatimSymlinks: true })
  await write('usr/bin/chatglm', launcher, 0o755)
  await write('usr/share/applications/chatglm-desktop.desktop', linuxDesktopEntry(installFolder))
  await write('usr/share/mime/packages/chatglm-desktop.xml', modelMimeTypes)
  const icons = join(stage, 'usr/share/icons/hicolor/512x512/apps')
  await mkdir(icons, { recursive: true })
  await cp(join(root, 'resources/icons/icon.png'), join(icons, 'chatglm-desktop.png'))
  await write('DEBIAN/control', control(version))
  await write('DEBIAN/postinst', afterInstall, 0o755)
}

/** Makes a Debian package with Debian's own program. Returns its file. */
export async function makeDeb(options: LinuxPackage): Promise<string> {
  const { outputFolder, version } = options
  const stage = join(outputFolder, 'deb')
  const file = join(outputFolder, `chatglm-desktop_${version}_${debianArchitecture}.deb`)
  await rm(stage, { recursive: true, force: true })
  await stageFiles(stage, options)
  await run('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', stage, file])
  await rm(stage, { recursive: true })
  return file
}

/** Makes an archive for any Linux. Returns its file. */
export async function makeArchive(options: LinuxPackage): Promise<string> {
  const { unpacked, version, outputFolder } = options
  const name = `chatglm-desktop-${version}-linux-${process.arch}`
  const file = join(outputFolder, `${name}.tar.gz`)
  const rename = `s,^${basename(unpacked)},${name},`
  await run('tar', [
    '-C',
    join(unpacked, '..'),
    '--owner=0',
    '--group=0',
    '--transform',
    rename,
    '-czf',
    file,
    basename(unpacked),
  ])
  return file
}
