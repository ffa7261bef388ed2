import { useI18n } from 'vue-i18n'
import type { Download } from '@shared/downloads.ts'
import { useCatalogueStore } from '../stores/catalogue.ts'
import { useErrorText } from './use-attempt.ts'
import { resultType, useCatalogueWords } from './use-catalogue-words.ts'
import { useFormat } from './use-format.ts'
import { weightName } from './weight-names.ts'

/** How far it is, from 0 to 1; null while the sizes are not known. */
export function downloadFraction({ progress }: Download): number | null {
  const { doneBytes, totalBytes } = progress
  return totalBytes > 0 ? Math.min(1, doneBytes / totalBytes) : null
}

/** How far several are together; null while the sizes are not known. */
export function totalFraction(downloads: Download[]): number | null {
  const known = downloads.filter(({ progress }) => progress.totalBytes > 0)
  const total = known.reduce((sum, { progress }) => sum + progress.totalBytes, 0)
  const done = known.reduce((sum, { progress }) => sum + progress.doneBytes, 0)
  return total > 0 ? Math.min(1, done / total) : null
}

/** What is said of a download. */
export function useDownloadWords() {
  const catalogue = useCatalogueStore()
  const { sourceName } = useCatalogueWords()
  const failureText = useErrorText()
  const format = useFormat()
  const { t } = useI18n()

  /** `ChatGLM2-6B · FP16`: the model and what it becomes. */
  function name({ catalogueId, convertTo }: Download): string {
    const model = catalogue.model(catalogueId)
    if (!model) return catalogueId
    const type = weightName(resultType(model, convertTo))
    return model.name.toUpperCase().includes(type) ? model.name : `${model.name} · ${type}`
  }

  /** What it does, or why it does nothing, in one sentence. */
  function stateText(download: Download, nowMs: number): string {
    const { state } = download
    switch (state.type) {
      case 'running':
        if (state.step !== 'downloading') return t(`downloads.steps.${state.step}`)
        return state.source === null
          ? t('downloads.steps.looking')
          : t('downloads.steps.downloading', { source: sourceName(state.source) })
      case 'waiting': {
        const seconds = Math.max(1, Math.ceil((state.retryAtMs - nowMs) / 1000))
        const retry = t('downloads.retry_in', { count: seconds })
        return `${failureText(state.failure)}${t('common.sentence_gap')}${retry}`
      }
      case 'failed':
        return failureText(state.failure)
      case 'queued':
      case 'checking':
      case 'paused':
      case 'finished':
        return t(`downloads.states.${state.type}`)
    }
  }

  /** Bytes, speed and time left, as far as they are known. */
  function progressText({ state, progress }: Download): string {
    const { doneBytes, totalBytes, bytesPerSecond, timeLeftMs } = progress
    if (totalBytes <= 0) return ''
    const done = t('downloads.bytes', {
      done: format.size(doneBytes),
      total: format.size(totalBytes),
    })
    if (state.type !== 'running') return done
    return [
      done,
      ...(bytesPerSecond > 0 ? [`${format.size(bytesPerSecond)}/s`] : []),
      ...(timeLeftMs === null ? [] : [format.timeLeft(timeLeftMs)]),
    ].join(' · ')
  }

  return { name, stateText, progressText, failureText }
}
