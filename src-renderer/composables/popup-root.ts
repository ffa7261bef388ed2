import { inject, type InjectionKey, provide, type ShallowRef } from 'vue'

/** The id of the element in `App.vue` that holds menus and lists: inside a landmark, as the rest of the page. */
export const popupRootId = 'popups'

type Root = Readonly<ShallowRef<HTMLElement | null>>
const popupRootKey: InjectionKey<Root> = Symbol('popup root')

/** Has menus and lists of what is in a dialog drawn in it: all else is hidden from screen readers. */
export const providePopupRoot = (root: Root): void => provide(popupRootKey, root)

/** Tells where a menu or list is drawn; the body where a component stands alone. */
export function usePopupRoot(): () => HTMLElement {
  const own = inject(popupRootKey, null)
  return () => own?.value ?? document.getElementById(popupRootId) ?? document.body
}
