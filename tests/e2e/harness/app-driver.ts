import type { ElectronApplication, Page } from '@playwright/test'
import type {
  AppParams,
  AppRequest,
  AppResult,
  Envelope,
} from '../../../src-main/shared/app-api.ts'

/** The running app, whichever host it is in. */
export interface AppDriver {
  readonly host: 'electron' | 'web'
  /** The app's page; another one after a restart. */
  readonly page: Page
  /** The process that everything else belongs to. */
  readonly processId: number
  /** What it wrote to stderr. */
  readonly output: string
  /** Electron's main process; null in the web. */
  readonly electron: ElectronApplication | null
  /** The address to open in a browser; null in Electron. */
  readonly address: string | null
  /** Ends the app as a person would. */
  close(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Starts it with the same data, after `close` or `kill` if it still runs. */
  restart(): Promise<Page>
}

/** Asks the app through the page's own bridge, and gives the envelope. */
export async function ask(
  page: Page,
  request: string,
  params: unknown,
): Promise<Envelope<unknown>> {
  return page.evaluate(
    async ([name, value]) => {
      const { chatglm } = window as {
        chatglm?: { request(name: string, params: unknown): Promise<Envelope<unknown>> }
      }
      if (chatglm) return chatglm.request(name, value)
      const socket = new WebSocket(`ws://${location.host}/bridge`)
      try {
        await new Promise((resolve, reject) => {
          socket.onopen = resolve
          socket.onerror = reject
        })
        const answer = new Promise<Envelope<unknown>>((resolve) => {
          socket.onmessage = ({ data }) => {
            const message = JSON.parse(String(data)) as Envelope<unknown> & { id?: number }
            if (message.id === 1) resolve(message)
          }
        })
        socket.send(JSON.stringify({ id: 1, request: name, params: value }))
        return await answer
      } finally {
        socket.close()
      }
    },
    [request, params] as const,
  )
}

/** Asks the app and gives the result. Throws what the app refuses with. */
export async function request<R extends AppRequest>(
  page: Page,
  name: R,
  params: AppParams<R>,
): Promise<AppResult<R>> {
  const answer = await ask(page, name, params)
  if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`)
  return answer.value as AppResult<R>
}
