import type { Command } from 'commander'
import prettyBytes from 'pretty-bytes'
import { type CommandContext, withEngine } from '../model-session.ts'
import { printJson, printLine } from '../terminal.ts'

/** `chatglm devices`: what models can run on. */
export function addDevicesCommand(program: Command, context: CommandContext): void {
  program
    .command('devices')
    .description('list the devices that models can run on')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const { devices } = await withEngine(context, ({ client }) =>
        client.request('engine.devices', {}),
      )
      if (json === true) return printJson(context.terminal, devices)
      for (const { name, kind, description, memoryFreeBytes, memoryTotalBytes } of devices) {
        const memory =
          memoryTotalBytes > 0
            ? `${prettyBytes(memoryFreeBytes)} of ${prettyBytes(memoryTotalBytes)} free`
            : 'memory unknown'
        printLine(context.terminal, `${name}\t${kind}\t${memory}\t${description}`)
      }
    })
}
