import { join } from 'node:path'
import { MacPackager, WinPackager, type AfterPackContext } from 'electron-builder'
import { run } from '../run.ts'
import { shippedFiles, writeEngineManifest } from './engine-files.ts'

/** Signs a file in place; `takes` tells by its path in the engine's folder whether it can be signed. */
export interface EngineSigner {
  takes(path: string): boolean
  sign(file: string): Promise<void>
}

/** Variables of GitHub's workflows are empty where a secret is missing. */
const valueOf = (env: NodeJS.ProcessEnv, name: string): string | null =>
  env[name] === undefined || env[name] === '' ? null : env[name]

/** Whether there is a certificate for macOS, in a file or in the keychain, as electron-builder is told. */
export const hasMacCertificate = (env: NodeJS.ProcessEnv): boolean =>
  valueOf(env, 'CSC_LINK') !== null || valueOf(env, 'CSC_NAME') !== null

/** Apple notarises no app with a program that lacks the hardened runtime or a timestamp. */
function macSigner(packager: MacPackager, env: NodeJS.ProcessEnv): EngineSigner {
  const identity = valueOf(env, 'CSC_NAME') ?? 'Developer ID Application'
  return {
    takes: (path) => !path.endsWith('.metal'),
    async sign(file) {
      const { keychainFile } = await packager.codeSigningInfo.value
      const keychain = keychainFile == null ? [] : ['--keychain', keychainFile]
      const hardened = ['--force', '--timestamp', '--options', 'runtime']
      await run('codesign', ['--sign', identity, ...keychain, ...hardened, file])
    },
  }
}

/** Without a certificate electron-builder's own signer leaves the file as it is, and says so. */
function windowsSigner(packager: WinPackager): EngineSigner {
  return {
    takes: (path) => path.endsWith('.exe'),
    async sign(path) {
      const signer = await packager.signingManager.value
      await signer.signFile({ path, options: packager.platformSpecificBuildOptions })
    },
  }
}

/** What signs the engine with the certificate of the app; null where nothing does. */
export function engineSigner(
  packager: AfterPackContext['packager'],
  env = process.env,
): EngineSigner | null {
  if (packager instanceof WinPackager) return windowsSigner(packager)
  return packager instanceof MacPackager && hasMacCertificate(env) ? macSigner(packager, env) : null
}

/**
 * Signs the engine and then takes its hashes: a signature changes a file, so the app would refuse
 * an engine that was signed later.
 */
export async function finishEngine(
  folder: string,
  manifestFile: string,
  signer: EngineSigner | null,
): Promise<void> {
  for (const path of await shippedFiles(folder))
    if (signer?.takes(path)) await signer.sign(join(folder, path))
  await writeEngineManifest(folder, manifestFile)
}
