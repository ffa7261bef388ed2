import { canPackage, makeFolder } from './made-packages.ts'

/** Packages the app once, for all the tests. */
export default async function setUp(): Promise<void> {
  if (canPackage) await makeFolder()
}
