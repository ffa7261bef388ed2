import {
  type InjectionKey,
  type Ref,
  computed,
  inject,
  onScopeDispose,
  provide,
  reactive,
  watchEffect,
} from 'vue'

interface SettingsSearch {
  query: Readonly<Ref<string>>
  /** The texts of all rows that are on the page. */
  rows: Map<symbol, string>
}

const searchKey: InjectionKey<SettingsSearch> = Symbol('settings-search')
const sectionKey: InjectionKey<() => string> = Symbol('settings-section')

const matches = (text: string, query: string): boolean =>
  query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.toLowerCase().includes(word))

/** Lets the rows below find out whether they are looked for. Used by the page of the settings. */
export function provideSettingsSearch(query: Readonly<Ref<string>>) {
  const rows = reactive(new Map<symbol, string>())
  provide(searchKey, { query, rows })
  const isEmpty = computed(() => ![...rows.values()].some((text) => matches(text, query.value)))
  return { isEmpty }
}

/** Gives the rows of a section its title, by which they are found too. */
export function provideSectionTitle(title: () => string): void {
  provide(sectionKey, title)
}

/** Whether a row with these words is looked for. */
export function useSettingsMatch(words: () => string): Readonly<Ref<boolean>> {
  const search = inject(searchKey, null)
  const sectionTitle = inject(sectionKey, () => '')
  const text = computed(() => `${sectionTitle()} ${words()}`)
  const id = Symbol('row')
  watchEffect(() => search?.rows.set(id, text.value))
  onScopeDispose(() => search?.rows.delete(id))
  return computed(() => search === null || matches(text.value, search.query.value))
}
