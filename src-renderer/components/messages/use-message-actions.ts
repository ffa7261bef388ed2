import { inject } from 'vue'
import { type MessageActions, messageActionsKey } from './message-actions.ts'

/** The actions of the list that the component is in. */
export function useMessageActions(): MessageActions {
  const actions = inject(messageActionsKey)
  if (actions === undefined) throw new Error('Messages are drawn within a MessageList.')
  return actions
}
