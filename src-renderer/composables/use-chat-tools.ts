import { computed, provide } from 'vue'
import type { Message } from '@shared/chat.ts'
import { type ToolCall, toolCallOf } from '@shared/tools.ts'
import { chatToolsKey } from '../components/messages/chat-tools.ts'
import { useConversationStore } from '../stores/conversation.ts'
import { useCallsStore } from '../stores/calls.ts'
import type { FullTask } from './use-context-choice.ts'

/** Lets the messages of the open chat show calls of tools and give their results. */
export function useProvideChatTools(asking: (task: FullTask) => Promise<void>): void {
  const conversation = useConversationStore()
  const store = useCallsStore()
  const tools = computed(() => conversation.chat?.settings.tools ?? [])
  const callOf = (reply: Message): ToolCall | null =>
    tools.value.length === 0 || reply.status === 'writing'
      ? null
      : toolCallOf(reply.text, tools.value)

  provide(chatToolsKey, {
    callOf,
    resultOf: ({ parentId }) => {
      if (tools.value.length === 0) return null
      const parent = conversation.messages.find(({ id }) => id === parentId)
      return parent ? (callOf(parent)?.name ?? null) : null
    },
    isLast: ({ id }) => conversation.shownMessages.at(-1)?.id === id,
    run: store.run,
    answer: (result) =>
      void asking(async (choice) => {
        await conversation.send(result, choice)
      }),
  })
}
