import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Configuration, FileSet, MacConfiguration } from 'electron-builder'
import { engineBuildFolder } from '../engine-build.ts'
import { outFolder } from '../paths.ts'
import { shippedEngineFiles } from './engine-files.ts'
import { maintainer } from './linux-control.ts'
import { chatFileExtension } from '../../../src-main/shared/transfer.ts'
import { chatsMimeType, desktopWords, modelMimeType } from './linux-desktop.ts'
import { hasMacCertificate } from './sign-engine.ts'

/** Where the installers are put. */
export const packagesFolder = join(outFolder, 'packages')

/** Files that are made for the package only. */
export const generatedFolder = join(outFolder, 'package')

/** An Electron that is not downloaded: the test runtime, whose Node is too old for the addon. */
export interface LocalElectron {
  folder: string
  version: string
}

const addon = 'node_modules/better-sqlite3'
const addonFile = `prebuilds/${process.platform}-${process.arch}.node`

const files: (string | FileSet)[] = [
  'package.json',
  'out/app/{main,preload,renderer}/**',
  '!node_modules',
  { from: addon, to: addon, filter: ['lib/**', 'package.json', addonFile] },
  { from: 'out/package', to: '.', filter: ['engine-manifest.json', 'update-source.json'] },
]

const resources: FileSet[] = [
  { from: engineBuildFolder('release') + '/bin', to: 'engine', filter: shippedEngineFiles },
  {
    from: 'resources',
    to: 'resources',
    filter: [
      'catalogue/**',
      'licences/**',
      'icons/*.png',
      'cuda-pack.json',
      'pdf-cmaps/**',
      'demo-model/{int4/**,expected.json}',
    ],
  },
  { from: 'LICENSE', to: 'LICENSE' },
]

/** With the version, the system and the processor, as `build/release/metadata.ts` looks for them. */
const artifactName = 'chatglm-desktop-${version}-${os}-${arch}.${ext}'

const common: Configuration = {
  artifactName,
  appId: 'io.github.chatglm-desktop',
  productName: 'ChatGLM Desktop',
  copyright: 'The contributors of ChatGLM Desktop',
  directories: { output: packagesFolder, buildResources: 'build/resources' },
  npmRebuild: false, // the addon comes built
  publish: null,
  asar: true,
  asarUnpack: ['**/*.node'],
  files,
  extraResources: resources,
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
  },
  fileAssociations: [
    { ext: 'gguf', name: 'GGUF model', mimeType: modelMimeType, role: 'Viewer' },
    { ext: chatFileExtension, name: 'ChatGLM chats', mimeType: chatsMimeType, role: 'Viewer' },
  ],
  protocols: [{ name: 'ChatGLM Desktop', schemes: ['chatglm'] }],
  // The engine is signed before its hashes are taken (sign-engine.ts), and not again.
  win: { target: ['nsis', 'portable'], signExts: ['!chatglm-engine.exe', '!rpc-server.exe'] },
  portable: { artifactName: artifactName.replace('.${ext}', '-portable.${ext}') },
  nsis: {
    artifactName: artifactName.replace('.${ext}', '-setup.${ext}'),
    oneClick: false,
    perMachine: false,
    allowElevation: false,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
  },
  mac: {
    target: ['dmg', 'zip'],
    extraResources: [{ from: 'build/resources/mac/chatglm', to: 'bin/chatglm' }],
    category: 'public.app-category.productivity',
    signIgnore: '/Contents/Resources/engine/',
    hardenedRuntime: true,
    entitlements: 'build/resources/entitlements.mac.plist',
    entitlementsInherit: 'build/resources/entitlements.mac.plist',
  },
  linux: {
    target: ['AppImage', 'rpm'], // linux-packages.ts makes the others
    extraResources: [{ from: 'build/resources/linux/chatglm', to: 'bin/chatglm' }],
    executableName: 'chatglm-desktop',
    category: 'Utility',
    icon: 'build/resources/icons',
    maintainer,
    desktop: { entry: desktopWords },
    synopsis: 'Chat with ChatGLM on your own computer',
  },
  rpm: { fpm: ['build/resources/linux/chatglm-on-path=/usr/bin/chatglm'] },
}

/**
 * Setting fuses breaks Electron's own signature, and Apple's chips run nothing with a broken one: so
 * without a certificate the app is signed by nobody ("-"), which Apple notarises not.
 */
const signedByNobody: MacConfiguration = { ...common.mac, identity: '-', notarize: false }

/**
 * What electron-builder makes of the built app, with an Electron of its own or the one given. With
 * an address for updates it also writes `app-update.yml`, from which electron-updater learns the
 * publisher whose signature an installer for Windows must carry.
 */
export function builderConfig(
  local: LocalElectron | null,
  updateAddress: string | null,
  env = process.env,
): Configuration {
  if (local === null)
    return {
      ...common,
      ...(hasMacCertificate(env) ? {} : { mac: signedByNobody }),
      ...(updateAddress === null
        ? {}
        : { publish: { provider: 'generic', url: updateAddress } as const }),
    }
  return {
    ...common,
    electronDist: local.folder,
    electronVersion: local.version,
    extraMetadata: { main: 'test-electron/packaged-app.cjs' },
    files: [
      ...files,
      {
        from: 'build/setup/test-electron',
        to: 'test-electron',
        filter: ['*.cjs', '!load-app.cjs'],
      },
    ],
    // A Node beside Electron runs the store there, and it reads no archive.
    asarUnpack: [
      '**/*.node',
      `${addon}/**`,
      'out/app/main/store-worker.cjs',
      'out/app/main/*-*.cjs',
    ],
    afterPack: ({ appOutDir }) =>
      rm(join(appOutDir, 'resources/app'), { recursive: true, force: true }), // the test loader
  }
}
