/** The id of the element in `App.vue` that holds menus and lists: inside a landmark, as the rest of the page. */
export const popupRootId = 'popups'

/** Where a menu or list is drawn; the body where a component stands alone. */
export const popupRoot = (): HTMLElement => document.getElementById(popupRootId) ?? document.body
