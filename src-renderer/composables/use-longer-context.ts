import { computed } from 'vue'
import { useRouter } from 'vue-router'
import type { ContextUse, InstalledModel } from '@shared/models.ts'
import { useConversationStore } from '../stores/conversation.ts'
import { useModelsStore } from '../stores/models.ts'
import { useSettingsStore } from '../stores/settings.ts'

/** The models whose positions are stretched so that they read 32K tokens, the smaller first. */
const longIds = ['chatglm2-6b-32k-int4', 'chatglm2-6b-32k']
const longContext = 32_768

const isLong = ({ catalogueId, description }: InstalledModel): boolean =>
  longIds.includes(catalogueId ?? '') || (description?.ropeScale ?? 1) > 1

/** How more could be read than the context holds: what stands in the way, nearest first. */
export type LongerContext =
  /** The chat, or the app, is set to less than what is loaded. */
  | { type: 'limit'; loadedTokens: number; run: () => Promise<void> }
  /** The model is loaded with less than it was made for. */
  | { type: 'settings'; run: () => Promise<void> }
  /** A model that reads more is here. */
  | { type: 'load'; name: string; run: () => Promise<void> }
  | { type: 'get'; run: () => Promise<void> }

/** The one step by which more of a document could be read; null when none is known. */
export function useLongerContext(use: () => ContextUse) {
  const conversation = useConversationStore()
  const models = useModelsStore()
  const settings = useSettingsStore()
  const router = useRouter()

  async function raiseLimit(maxLength: number): Promise<void> {
    const { chat } = conversation
    if (chat === null) {
      const { sampling } = settings.settings
      return settings.write({ sampling: { ...sampling, maxLength } })
    }
    const sampling = { ...chat.settings.sampling, maxLength }
    return conversation.writeSettings({ ...chat.settings, sampling })
  }

  async function go(path: string): Promise<void> {
    await router.push(path)
  }

  return computed<LongerContext | null>(() => {
    const { current, state } = models
    if (current === null || state.type !== 'ready') return null
    const { contextLength } = use()
    const loadedTokens = state.loaded.contextLength
    if (contextLength < loadedTokens)
      return { type: 'limit', loadedTokens, run: () => raiseLimit(loadedTokens) }
    if (isLong(current))
      return loadedTokens < longContext
        ? { type: 'settings', run: () => go('/settings?section=model') }
        : null
    const installed = models.models.find((model) => isLong(model) && model.crashedAtMs === null)
    if (installed) {
      const { id, name } = installed
      return { type: 'load', name, run: () => models.load(id) }
    }
    return { type: 'get', run: () => go('/models') }
  })
}
