const twoDigits = (number: number): string => String(number).padStart(2, '0')

/** As Python writes `strftime("%Y-%m-%d %H:%M:%S")`, in the time of this computer. */
export function pythonTime(date: Date): string {
  const day = [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())]
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits)
  return `${day.join('-')} ${time.join(':')}`
}
