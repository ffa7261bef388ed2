import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Download, DownloadChoice } from '@shared/downloads.ts'
import { type DownloadId, newDownloadId } from '@shared/ids.ts'
import { useBridge } from '../bridge/bridge.ts'

/** Whether it goes on by itself, now or later. */
export const isUnderWay = ({ state }: Download): boolean =>
  state.type !== 'paused' && state.type !== 'failed' && state.type !== 'finished'

/** Models on their way to this computer, newest last as the app tells them. */
export const useDownloadsStore = defineStore('downloads', () => {
  const bridge = useBridge()
  const downloads = shallowRef<Download[]>([])
  /** Whether the list of all downloads is shown. */
  const isListOpen = ref(false)
  const underWay = computed(() => downloads.value.filter(isUnderWay))

  async function read(): Promise<void> {
    downloads.value = await bridge.request('download.list', {})
  }

  async function start(choice: DownloadChoice): Promise<void> {
    await bridge.request('download.start', { downloadId: newDownloadId(), choice })
  }

  async function pause(downloadId: DownloadId): Promise<void> {
    await bridge.request('download.pause', { downloadId })
  }

  async function resume(downloadId: DownloadId): Promise<void> {
    await bridge.request('download.resume', { downloadId })
  }

  /** Stops it, or takes a finished one off the list. */
  async function cancel(downloadId: DownloadId): Promise<void> {
    await bridge.request('download.cancel', { downloadId })
  }

  bridge.on('downloads.changed', (changed) => (downloads.value = changed.downloads))
  return { downloads, isListOpen, underWay, read, start, pause, resume, cancel }
})
