import { useWebSocket } from '@vueuse/core'
import { AppError } from '@shared/errors.ts'
import type { Bridge } from './bridge.ts'
import { EventListeners } from './event-listeners.ts'
import { openEnvelope, parseEvent } from './parse-answer.ts'

const longestRetryDelayMs = 5000
const firstRetryDelayMs = 200

interface Waiting {
  resolve: (answer: unknown) => void
  reject: (error: Error) => void
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return null
  try {
    return JSON.parse(data)
  } catch {
    return null
  }
}

/** The number of the request that a message answers. */
function answeredId(message: unknown): number | null {
  if (typeof message !== 'object' || message === null || !('id' in message)) return null
  return typeof message.id === 'number' ? message.id : null
}

/** The bridge of a browser tab: one WebSocket, opened again whenever it breaks. */
export function createWebBridge(address: string): Bridge {
  const listeners = new EventListeners()
  const onReturn = new Set<() => void>()
  const onChange = new Set<(isConnected: boolean) => void>()
  const waiting = new Map<number, Waiting>()
  let lastId = 0
  let wasLost = false

  function take(message: unknown): void {
    const id = answeredId(message)
    if (id !== null) {
      waiting.get(id)?.resolve(message)
      waiting.delete(id)
      return
    }
    const event = parseEvent(message)
    if (event) listeners.emit(event)
  }

  const socket = useWebSocket<unknown>(address, {
    autoReconnect: {
      delay: (retries) => Math.min(firstRetryDelayMs * 2 ** retries, longestRetryDelayMs),
    },
    onMessage: (_, { data }) => take(parseJson(data)),
    onConnected: () => {
      for (const listener of onChange) listener(true)
      if (wasLost) for (const listener of onReturn) listener()
    },
    onDisconnected: () => {
      wasLost = true
      for (const listener of onChange) listener(false)
      for (const { reject } of waiting.values())
        reject(new AppError('bridge.closed', 'The connection to the app is lost. Try again soon.'))
      waiting.clear()
    },
  })

  return {
    request: async (request, params) => {
      const id = (lastId += 1)
      const answer = await new Promise<unknown>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        socket.send(JSON.stringify({ id, request, params })) // kept until there is a connection
      })
      return openEnvelope(answer)
    },
    on: (event, listener) => listeners.on(event, listener),
    onReconnected: (listener) => {
      onReturn.add(listener)
      return () => void onReturn.delete(listener)
    },
    onConnectionChange: (listener) => {
      onChange.add(listener)
      return () => void onChange.delete(listener)
    },
    pathOf: () => null,
  }
}
