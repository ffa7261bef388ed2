import type { BackendState, UnusableServer } from '../../shared/devices.ts'
import type { Device } from '../../shared/engine-api.ts'

export interface KeptServers {
  devices: Device[]
  /** Those that do not answer or do not pass the test. */
  off: UnusableServer[]
}

/**
 * Finds the servers that still work after a crash; null when none does. `test` probes some of them
 * together: one that does not answer is told by that, one that breaks the test only by testing each
 * alone.
 */
export async function keepServers(
  servers: readonly string[],
  test: (servers: string[]) => Promise<BackendState>,
): Promise<KeptServers | null> {
  const together = await test([...servers])
  if (together.type === 'usable')
    return {
      devices: together.devices,
      off: (together.off ?? []).map(({ address }) => ({ address, reason: whyGone([address]) })),
    }
  if (servers.length < 2) return null
  const working: string[] = []
  const off: UnusableServer[] = []
  for (const address of servers) {
    const alone = await test([address])
    if (alone.type === 'usable') working.push(address)
    else off.push({ address, reason: whyGone([address]) })
  }
  if (working.length === 0) return null
  const rest = await test(working)
  return rest.type === 'usable' && rest.off === undefined ? { devices: rest.devices, off } : null
}

/** ggml ends the engine when a machine that it computes on goes away. */
export const whyGone = (servers: readonly string[]): string =>
  `The machine at ${servers.join(' or ')} went away while it computed. Start rpc-server there again, then test the devices.`
