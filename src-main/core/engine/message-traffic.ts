import { setImmediate } from 'node:timers/promises'
import type { Message, MessageStrategy } from 'vscode-jsonrpc/node'

/** A message that was received takes one or two turns of the event loop until it is handled. */
const quietTurns = 10

/** Sees every message of a connection that is handled. */
export class MessageTraffic implements MessageStrategy {
  private handled = 0

  handleMessage: MessageStrategy['handleMessage'] = (message: Message, next) => {
    this.handled += 1
    return next(message)
  }

  /** Waits until all is handled that was received; nothing more must come. */
  async quiet(): Promise<void> {
    for (let turns = 0; turns < quietTurns; turns += 1) {
      const before = this.handled
      await setImmediate()
      if (this.handled !== before) turns = 0
    }
  }
}
