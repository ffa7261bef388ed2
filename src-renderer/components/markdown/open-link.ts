import type { InjectionKey } from 'vue'

/** Opens an address that `safeLink` allowed. Provided by whoever shows texts. */
export const openLinkKey: InjectionKey<(url: string) => void> = Symbol('openLink')
