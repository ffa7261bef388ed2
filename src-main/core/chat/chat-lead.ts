import type { ChatSettings } from '../../shared/chat.ts'
import type { ReadyModel } from '../models/model-service.ts'
import type { Lead } from './chat-history.ts'

/** What stands before a conversation with the model that is loaded. */
export function leadOf({ loaded }: ReadyModel, chat: ChatSettings, preamble: string): Lead {
  const hasRoles = loaded.description.family === 'chatglm3'
  return { preamble, tools: hasRoles ? (chat.tools ?? []) : null }
}
