import type { AppSnapshot } from '@shared/app-api.ts'
import { defaultSettings } from '@shared/settings.ts'

/** What an app tells that has just started and holds nothing. */
export const emptySnapshot: AppSnapshot = {
  version: '0.1.0',
  host: 'desktop',
  platform: 'linux',
  systemLocale: 'en',
  settings: defaultSettings,
  engine: { type: 'stopped' },
  model: { type: 'none' },
  store: { isReadOnly: false, interruptedReplies: 0, recovery: null },
  dataFolder: '/data',
  isSafeMode: false,
  hasHubToken: false,
  replies: [],
  machine: {
    memoryTotalBytes: 16 * 2 ** 30,
    memoryFreeBytes: 8 * 2 ** 30,
    processor: '',
    cores: 4,
  },
}
