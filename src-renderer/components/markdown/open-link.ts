import type { InjectionKey } from 'vue'

/** Opens an address that was allowed as a link. Provided by whoever shows texts. */
export const openLinkKey: InjectionKey<(url: string) => void> = Symbol('openLink')

/**
 * Says which addresses become links, and as what; `safeLink` where nobody provides another. Only
 * for texts of our own: those of a model are hostile.
 */
export const allowLinkKey: InjectionKey<(address: string) => string | null> = Symbol('allowLink')
