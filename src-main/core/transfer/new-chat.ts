import { newChatId, newMessageId, type MessageId } from '../../shared/ids.ts'
import type { WholeChat, WholeMessage } from '../store/whole-chat.ts'

/** A message that another program wrote. */
export function foreignMessage(
  parentId: MessageId | null,
  role: WholeMessage['role'],
  text: string,
  createdAtMs: number,
): WholeMessage {
  return {
    ...{ id: newMessageId(), parentId, role, text, createdAtMs, status: 'done' },
    ...{ model: null, seed: null, statistics: null, failure: null, sampling: null },
  }
}

/** A chat that another program wrote. */
export function foreignChat(
  title: string,
  messages: WholeMessage[],
  activeLeafId: MessageId | null,
  times: { createdAtMs: number; updatedAtMs: number },
): WholeChat {
  return {
    ...{ id: newChatId(), title, ...times, pinned: false, archived: false, tags: [] },
    ...{ settings: {}, draft: '', activeLeafId, messages },
  }
}
