import { computed } from 'vue'
import type { RemoteChoice } from '@shared/remote.ts'
import { useConversationStore } from '../stores/conversation.ts'
import { useRemotesStore } from '../stores/remotes.ts'
import { useSettingsStore } from '../stores/settings.ts'

/** Who answers the open chat, or the next new one: a server, or the model on this computer. */
export function useAnswerer() {
  const conversation = useConversationStore()
  const settings = useSettingsStore()
  const remotes = useRemotesStore()

  const choice = computed<RemoteChoice | null>(() =>
    conversation.chat === null
      ? settings.settings.newChatRemote
      : (conversation.chat.settings.remote ?? null),
  )
  /** What the server is called; null for the model on this computer. */
  const serverName = computed(() => {
    const { value } = choice
    if (value === null) return null
    return remotes.remotes.find(({ id }) => id === value.remoteId)?.name ?? value.model
  })

  /** Holds for the open chat, else for new ones. */
  async function choose(remote: RemoteChoice | null): Promise<void> {
    if (conversation.chat === null) return settings.write({ newChatRemote: remote })
    const { remote: before, ...others } = conversation.chat.settings
    if (before === undefined && remote === null) return
    await conversation.writeSettings(remote === null ? others : { ...others, remote })
  }

  return { choice, serverName, choose }
}
