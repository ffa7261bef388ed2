import type {
  GenerateFinish,
  GenerateProgress,
  GenerateStatistics,
  SamplingOptions,
} from '../../shared/engine-api.ts'
import type { Fitted } from './chat-context.ts'
import type { EngineClient } from '../engine/engine-client.ts'

/** What a reply consists of: progress, then how it ended as the last event. */
export type ReplyEvent =
  | GenerateProgress
  | {
      type: 'finished'
      /** The whole reply with what it began with, and what is known of how it was made. */
      result: { text: string; finish: GenerateFinish; statistics: GenerateStatistics | null }
    }

/** What writes a reply to a conversation: the engine, or a server. */
export interface ReplySource {
  /** Writes on from `replyStart`. Aborting the signal ends it with the finish `cancelled`. */
  write(replyStart: string, signal: AbortSignal): AsyncIterable<ReplyEvent>
}

/** The engine with a conversation that fits into it. */
export class EngineReply implements ReplySource {
  constructor(
    private readonly client: EngineClient,
    private readonly asked: Pick<Fitted, 'messages' | 'adapter'>,
    private readonly sampling: SamplingOptions,
  ) {}

  write(replyStart: string, signal: AbortSignal): AsyncIterable<ReplyEvent> {
    const { sampling } = this
    const { messages, adapter } = this.asked
    const params = {
      messages,
      sampling,
      ...(adapter ? { adapter } : {}),
      ...(replyStart === '' ? {} : { replyStart }),
    }
    return this.client.generate('chat.generate', params, signal)
  }
}
