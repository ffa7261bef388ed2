import pacote from 'pacote'

/** A package of the npm registry and what its archive must hash to. */
export interface LockedPackage {
  package: string
  integrity: string
}

/** Unpacks a package into a folder, without installing it. Throws when its hash differs. */
export async function extractPackage(locked: LockedPackage, folder: string): Promise<void> {
  const registry = process.env['npm_config_registry']
  await pacote.extract(locked.package, folder, {
    integrity: locked.integrity,
    ...(registry === undefined ? {} : { registry }),
  })
}
