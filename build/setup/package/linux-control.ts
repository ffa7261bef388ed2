import { execa } from 'execa'

/** The processor as Debian names it. */
export const debianArchitecture = process.arch === 'arm64' ? 'arm64' : 'amd64'

/**
 * Whom Debian's programs name as the packager. The project has no address of its own yet: `.invalid`
 * is the ending that never leads anywhere, so nobody else is written to. `CHATGLM_MAINTAINER`
 * names whoever publishes a package.
 */
export const maintainer =
  process.env['CHATGLM_MAINTAINER'] ??
  'The contributors of ChatGLM Desktop <contributors@chatglm-desktop.invalid>'

const depends = [
  'libc6',
  'libstdc++6',
  'libgomp1',
  'libgtk-3-0 | libgtk-3-0t64',
  'libnss3',
  'libasound2 | libasound2t64',
  'libgbm1',
]

/** Debian's description of the package whose files are below `stage`. */
export async function debianControl(stage: string, version: string): Promise<string> {
  const { stdout } = await execa('du', ['-sk', '--apparent-size', stage])
  return `Package: chatglm-desktop
Version: ${version}
Section: misc
Priority: optional
Architecture: ${debianArchitecture}
Maintainer: ${maintainer}
Installed-Size: ${Number.parseInt(stdout)}
Depends: ${depends.join(', ')}
Recommends: xdg-utils
Suggests: xvfb
Description: chat with ChatGLM on your own computer
 Runs ChatGLM2-6B and its relatives without sending a word anywhere, keeps many
 conversations, and loses none of them. The program "chatglm" does the same in a
 terminal.
`
}
