import { type Ref, ref, shallowRef } from 'vue'

/** Where a popup stands: beside an element, or at a point. */
export type PopupPlace = HTMLElement | { getBoundingClientRect: () => DOMRect }

type Button = HTMLElement | { $el: HTMLElement }

const elementOf = (button: Button | null): HTMLElement | null =>
  button === null || button instanceof HTMLElement ? button : button.$el

/**
 * A popup that is built when it is first used: the lists have hundreds of buttons, and a popup for
 * each would take most of the time of drawing them.
 */
export function useLatePopup(button: Readonly<Ref<Button | null>>) {
  const isOpen = ref(false)
  /** Null until the popup is used. */
  const place = shallowRef<PopupPlace | null>(null)
  let opener: HTMLElement | null = null

  function toggle(): void {
    opener = elementOf(button.value)
    if (!isOpen.value) place.value = opener
    isOpen.value = !isOpen.value
  }

  /** Opens it where the pointer is, or at the focus when a key has asked for it. */
  function openAt({ clientX, clientY }: MouseEvent, from: HTMLElement | null): void {
    opener = from
    place.value = { getBoundingClientRect: () => new DOMRect(clientX, clientY) }
    isOpen.value = true
  }

  /** The popup does not know its button, so the focus is given back here. */
  function giveFocusBack(event: Event): void {
    event.preventDefault()
    if (opener?.isConnected) opener.focus()
  }

  /** A press on the button closes the popup by `toggle`, not by being outside. */
  function keepForButton(event: CustomEvent<{ originalEvent: Event }>): void {
    const { target } = event.detail.originalEvent
    if (target instanceof Node && elementOf(button.value)?.contains(target)) event.preventDefault()
  }
  return { place, isOpen, toggle, openAt, giveFocusBack, keepForButton }
}
