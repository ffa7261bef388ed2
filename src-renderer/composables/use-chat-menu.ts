import {
  Archive,
  ArchiveRestore,
  Download,
  Pencil,
  Pin,
  PinOff,
  Tag,
  Trash,
  Undo2,
} from '@lucide/vue'
import { useI18n } from 'vue-i18n'
import type { ChatSummary } from '@shared/chat.ts'
import type { MenuEntry } from '../components/base/menu-entry.ts'
import { keysOf } from './shortcuts.ts'
import { useChatActions } from './use-chat-actions.ts'
import { useTransfer } from './use-transfer.ts'

const formats = ['json', 'markdown', 'history'] as const

/** The menu of a chat in the list; what it holds depends on where the chat is. */
export function useChatMenu() {
  const actions = useChatActions()
  const transfer = useTransfer()
  const { t } = useI18n()

  const exportMenu = (chat: ChatSummary): MenuEntry => ({
    type: 'submenu',
    label: t('sidebar.export'),
    icon: Download,
    entries: formats.map((format) => ({
      type: 'item',
      label: t(`sidebar.export_${format}`),
      run: () => void transfer.exportChats([chat.id], format),
    })),
  })

  const trashMenu = (chat: ChatSummary): MenuEntry[] => [
    {
      type: 'item',
      label: t('sidebar.restore'),
      icon: Undo2,
      run: () => void actions.restore([chat.id]),
    },
    {
      type: 'item',
      label: t('sidebar.purge'),
      icon: Trash,
      isDangerous: true,
      run: () => actions.purge([chat.id]),
    },
  ]

  return (chat: ChatSummary, rename: () => void, editTags: () => void): MenuEntry[] => {
    if (chat.deletedAtMs !== null) return trashMenu(chat)
    const { archived, pinned } = chat
    return [
      {
        type: 'item',
        label: t('sidebar.rename'),
        icon: Pencil,
        keys: keysOf('rename'),
        run: rename,
      },
      {
        type: 'item',
        label: t(pinned ? 'sidebar.unpin' : 'sidebar.pin'),
        icon: pinned ? PinOff : Pin,
        run: () => void actions.pin([chat.id], !pinned),
      },
      { type: 'item', label: t('sidebar.tags'), icon: Tag, run: editTags },
      exportMenu(chat),
      {
        type: 'item',
        label: t(archived ? 'sidebar.unarchive' : 'sidebar.archive'),
        icon: archived ? ArchiveRestore : Archive,
        run: () => void actions.archive([chat.id], !archived),
      },
      { type: 'separator' },
      {
        type: 'item',
        label: t('sidebar.trash'),
        icon: Trash,
        keys: keysOf('trash'),
        isDangerous: true,
        run: () => void actions.trash([chat.id]),
      },
    ]
  }
}
