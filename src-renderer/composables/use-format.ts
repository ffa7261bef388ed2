import prettyBytes from 'pretty-bytes'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
/** Below this nobody wants to read a number. */
const soonMs = 5_000

/** Numbers, sizes and times as people say them, in the language of the app. */
export function useFormat() {
  const { t, locale } = useI18n()

  const count = (value: number): string => new Intl.NumberFormat(locale.value).format(value)

  const compact = (value: number): string =>
    new Intl.NumberFormat(locale.value, { notation: 'compact', maximumFractionDigits: 1 }).format(
      value,
    )

  const size = (bytes: number): string => prettyBytes(bytes, { locale: locale.value })

  /** Memory as it is sold: 16 GB are 16 × 2³⁰ bytes. */
  const memory = (bytes: number): string => {
    const gigabytes = bytes / 2 ** 30
    if (gigabytes < 1) return `${count(Math.ceil(bytes / 2 ** 20))} MB`
    return `${new Intl.NumberFormat(locale.value, { maximumFractionDigits: gigabytes < 10 ? 1 : 0 }).format(gigabytes)} GB`
  }

  const percent = (fraction: number): string =>
    new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: 0 }).format(
      fraction,
    )

  function timeLeft(ms: number): string {
    if (ms < soonMs) return t('common.time_left.soon')
    if (ms < minuteMs) return t('common.time_left.seconds', { count: Math.ceil(ms / 1000) })
    if (ms < hourMs) return t('common.time_left.minutes', { count: Math.ceil(ms / minuteMs) })
    return t('common.time_left.hours', {
      hours: Math.floor(ms / hourMs),
      minutes: Math.floor((ms % hourMs) / minuteMs),
    })
  }

  const date = (ms: number): string =>
    new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium' }).format(ms)

  const dateTime = (ms: number): string =>
    new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short' }).format(ms)

  const months = computed(
    () => new Intl.DateTimeFormat(locale.value, { year: 'numeric', month: 'long' }),
  )
  const month = (ms: number): string => months.value.format(ms)

  return { count, compact, size, memory, percent, timeLeft, date, dateTime, month }
}
