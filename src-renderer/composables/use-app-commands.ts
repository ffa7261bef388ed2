import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { AppSettings } from '@shared/settings.ts'
import { useAppStore } from '../stores/app.ts'
import { useChatsStore } from '../stores/chats.ts'
import { useDownloadsStore } from '../stores/downloads.ts'
import { useHostStore } from '../stores/host.ts'
import { useSettingsStore } from '../stores/settings.ts'
import { type ShortcutId, keysOf } from './shortcuts.ts'
import { useAttempt } from './use-attempt.ts'
import { usePalette } from './use-palette.ts'
import { useSidebar } from './use-sidebar.ts'
import { useTransfer } from './use-transfer.ts'

/** Something that a person can ask for by name. */
export interface AppCommand {
  id: string
  label: string
  keys: string | undefined
  run: () => void
}

const themes = ['system', 'light', 'dark'] as const
const languages = ['system', 'zh-CN', 'zh-TW', 'en'] as const

/** What the app can do from anywhere, by keys, by the palette and by the host's menu. */
export function useAppCommands() {
  const router = useRouter()
  const app = useAppStore()
  const chats = useChatsStore()
  const downloads = useDownloadsStore()
  const host = useHostStore()
  const settings = useSettingsStore()
  const palette = usePalette()
  const sidebar = useSidebar()
  const transfer = useTransfer()
  const attempt = useAttempt()
  const { t } = useI18n()

  const go = (path: string) => void router.push(path)
  const write = (changes: Partial<AppSettings>) => void attempt(() => settings.write(changes))
  const show = (view: 'current' | 'archived' | 'trash') => {
    if (!sidebar.isOpen.value) sidebar.toggle()
    void attempt(() => chats.show(view))
  }

  /** Those that keys and the host's menu run, too. */
  const actions = {
    palette: () => (palette.isOpen.value = !palette.isOpen.value),
    new_chat: () => go('/'),
    toggle_sidebar: sidebar.toggle,
    models: () => go('/models'),
    code: () => go('/code'),
    settings: () => go('/settings'),
    shortcuts: () => go('/settings?section=shortcuts'),
    guide: () => go('/guide'),
    import_opened: () => void transfer.importOpened(),
  }
  const named = (id: keyof typeof actions & ShortcutId): AppCommand => ({
    id,
    label: t(`shortcuts.${id}`),
    keys: keysOf(id),
    run: actions[id],
  })
  const plain = (id: string, label: string, run: () => void): AppCommand => ({
    id,
    label,
    keys: undefined,
    run,
  })

  const commands = computed<AppCommand[]>(() => [
    ...(
      ['new_chat', 'models', 'code', 'settings', 'guide', 'toggle_sidebar', 'shortcuts'] as const
    ).map(named),
    ...themes.map((theme) =>
      plain(`theme_${theme}`, t(`palette.theme_${theme}`), () => write({ theme })),
    ),
    ...languages.map((language) =>
      plain(`language_${language}`, t(`palette.language_${language}`), () => write({ language })),
    ),
    plain('measure', t('measure.title'), () => go('/measure')),
    plain('import', t('palette.import'), () => void transfer.importFiles()),
    plain('export_json', t('palette.export_json'), () => void transfer.exportChats(null, 'json')),
    plain('export_markdown', t('palette.export_markdown'), () => {
      void transfer.exportChats(null, 'markdown')
    }),
    plain('downloads', t('palette.show_downloads'), () => (downloads.isListOpen = true)),
    plain('archive', t('palette.show_archive'), () => show('archived')),
    plain('trash', t('palette.show_trash'), () => show('trash')),
    ...(app.snapshot?.host === 'desktop'
      ? [plain('data', t('palette.reveal_data'), () => void attempt(host.revealData))]
      : []),
  ])

  return { commands, actions }
}
