import type { AppEvent, AppEvents, AppParams, AppRequest, AppResult } from '@shared/app-api.ts'
import { AppError } from '@shared/errors.ts'
import type { Bridge } from '../../../src-renderer/bridge/bridge.ts'
import { EventListeners } from '../../../src-renderer/bridge/event-listeners.ts'

/** What a fake app answers; a request that is left out is refused. */
export type FakeAnswers = {
  [R in AppRequest]?: (params: AppParams<R>) => AppResult<R> | Promise<AppResult<R>>
}

/** A bridge without an app behind it: it answers as it is told and remembers what was asked. */
export function createFakeBridge(answers: FakeAnswers = {}) {
  const listeners = new EventListeners()
  const asked: { request: AppRequest; params: unknown }[] = []
  const bridge: Bridge = {
    request: async (request, params) => {
      asked.push({ request, params })
      const answer = answers[request]
      if (!answer) throw new AppError('fake.not_answered', `Nobody answers ${request}.`)
      return answer(params)
    },
    on: (event, listener) => listeners.on(event, listener),
    onReconnected: () => () => undefined,
    onConnectionChange: () => () => undefined,
    pathOf: () => null,
  }
  const emit = <E extends AppEvent>(event: E, payload: AppEvents[E]) =>
    listeners.emit({ event, payload } as Parameters<EventListeners['emit']>[0])
  return { bridge, answers, asked, emit }
}
