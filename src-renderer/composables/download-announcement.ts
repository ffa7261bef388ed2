import type { Download } from '@shared/downloads.ts'

/** What a person wants to hear of: not every percent, but that it began and how it ended. */
export interface DownloadNews {
  download: Download
  type: 'started' | 'finished' | 'failed'
}

/** What has happened between two tellings of the list. */
export function downloadNews(
  before: readonly Download[],
  now: readonly Download[],
): DownloadNews[] {
  return now.flatMap((download): DownloadNews[] => {
    const old = before.find(({ id }) => id === download.id)
    const { type } = download.state
    if (type === old?.state.type) return []
    if (type === 'finished' || type === 'failed') return [{ download, type }]
    return old === undefined ? [{ download, type: 'started' }] : []
  })
}
