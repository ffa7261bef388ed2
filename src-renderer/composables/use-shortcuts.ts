import { tryOnScopeDispose, useEventListener } from '@vueuse/core'
import { useRoute, useRouter } from 'vue-router'
import { useChatsStore } from '../stores/chats.ts'
import { useHostStore } from '../stores/host.ts'
import { isPressed, shortcuts } from './shortcuts.ts'
import { useAppCommands } from './use-app-commands.ts'

/** Runs the shortcuts of the whole app and the commands of the host's menu. Used once, by App. */
export function useShortcuts(): void {
  const { actions } = useAppCommands()
  const chats = useChatsStore()
  const host = useHostStore()
  const router = useRouter()
  const route = useRoute()

  function openNeighbour(step: -1 | 1): void {
    const index = chats.chats.findIndex(({ id }) => id === route.params['chatId'])
    const neighbour = chats.chats[index === -1 ? 0 : index + step]
    if (neighbour) void router.push({ name: 'chat', params: { chatId: neighbour.id } })
  }

  const all = {
    ...actions,
    previous_chat: () => openNeighbour(-1),
    next_chat: () => openNeighbour(1),
  }

  useEventListener(window, 'keydown', (event) => {
    const pressed = shortcuts.find(({ scope, keys }) => scope === 'app' && isPressed(keys, event))
    if (pressed?.scope !== 'app' || event.defaultPrevented) return
    event.preventDefault()
    all[pressed.id]()
  })

  tryOnScopeDispose(
    host.onCommand((command) => actions[command === 'search' ? 'palette' : command]()),
  )
}
