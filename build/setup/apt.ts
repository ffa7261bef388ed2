import { execa } from 'execa'
import { run, say, SetupError } from './run.ts'

/** A package as Debian 12 names it. */
export interface WantedPackage {
  package: string
  /** The set-up goes on without it. */
  optional?: boolean
}

const hasPackage = async (name: string): Promise<boolean> =>
  (await execa('apt-cache', ['show', name], { reject: false })).exitCode === 0

/**
 * What apt calls packages of Debian 12 on this system, null where it has none. Debian 13 and Ubuntu
 * 24.04 have libraries whose clock goes beyond 2038 as `…t64`.
 */
export function aptNames(names: string[], has = hasPackage): Promise<(string | null)[]> {
  return Promise.all(
    names.map(async (name) => {
      if (await has(`${name}t64`)) return `${name}t64`
      return (await has(name)) ? name : null
    }),
  )
}

/** Installs what apt has, as root. Throws SetupError when it lacks what is not optional. */
export async function installByApt(wanted: WantedPackage[]): Promise<void> {
  await run('apt-get', ['update', '-q'])
  const names = await aptNames(wanted.map((one) => one.package))
  const lacking = wanted.filter((one, index) => names[index] === null && one.optional !== true)
  if (lacking.length > 0) {
    throw new SetupError(
      `apt has no ${lacking.map((one) => one.package).join(', ')} here. The tests are known to run on Debian 12. ` +
        'Ubuntu has Chromium as a snap only: run "npx playwright install chromium" and set CHATGLM_TEST_CHROMIUM to its program.',
    )
  }
  const known = names.filter((name) => name !== null)
  say(`Installing ${known.join(', ')} …`)
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...known], {
    env: { DEBIAN_FRONTEND: 'noninteractive' },
  })
}
