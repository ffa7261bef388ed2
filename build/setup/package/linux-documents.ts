import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from '../paths.ts'
import { maintainer } from './linux-control.ts'
import { installFolder } from './linux-desktop.ts'

const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ChatGLM Desktop

Files: *
Copyright: The contributors of ChatGLM Desktop
License: Apache-2.0
 The full text is in /usr/share/common-licenses/Apache-2.0.
 .
 The parts by others, Electron and Chromium among them, and their licences are
 listed in ${installFolder}/resources/resources/licences/THIRD-PARTY-NOTICES.txt
 and ${installFolder}/LICENSES.chromium.html.
`

/** What Debian's checker is right to ask about, each with the answer. */
const overrides = `# Chromium's sandbox helper must be setuid root where namespaces are not for everyone.
chatglm-desktop: elevated-privileges 4755 root/root [opt/chatglm-desktop/chrome-sandbox]
# A package of the publisher, not of Debian: the app with its own Electron stays below /opt.
chatglm-desktop: dir-or-file-in-opt *
chatglm-desktop: embedded-library *
# Built by others and shipped as they were built.
chatglm-desktop: unstripped-binary-or-object *
chatglm-desktop: hardening-no-* *
`

const manual = `.TH CHATGLM 1
.SH NAME
chatglm \\- talk with ChatGLM models in a terminal
.SH SYNOPSIS
.B chatglm
.I COMMAND
.RI [ OPTION ]...
.SH DESCRIPTION
Uses the models and the engine of ChatGLM Desktop.
.B chatglm \\-\\-help
lists the commands, and
.B chatglm COMMAND \\-\\-help
the options of one.
`

const changelog = (version: string): string => `chatglm-desktop (${version}) stable; urgency=medium

  * See the notes of the release.

 -- ${maintainer}  ${new Date().toUTCString().replace('GMT', '+0000')}
`

/** Writes what Debian wants to be told below usr/share. */
export async function stageDocuments(stage: string, version: string): Promise<void> {
  const share = join(stage, 'usr/share')
  const documents = join(share, 'doc/chatglm-desktop')
  for (const folder of [documents, join(share, 'man/man1'), join(share, 'lintian/overrides')]) {
    await mkdir(folder, { recursive: true })
  }
  const zip = (text: string) => gzipSync(text, { level: 9 })
  await writeFile(join(documents, 'copyright'), copyright)
  await writeFile(join(documents, 'changelog.gz'), zip(changelog(version)))
  await writeFile(join(share, 'man/man1/chatglm.1.gz'), zip(manual))
  await writeFile(join(share, 'lintian/overrides/chatglm-desktop'), overrides)
  await cp(join(root, 'CHANGELOG.md'), join(documents, 'NEWS.md'))
}
