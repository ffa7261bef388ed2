import type { ChatSettings } from './chat.ts'
import type { AppSettings } from './settings.ts'

/** What new chats begin with; what is not set follows the app's settings later, too. */
export function newChatSettings({
  newChatRemote: remote,
  newChatAdapter: adapter,
}: AppSettings): ChatSettings {
  return { ...(remote === null ? {} : { remote }), ...(adapter === null ? {} : { adapter }) }
}
