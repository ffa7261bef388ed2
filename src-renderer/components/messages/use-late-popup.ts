import { type Ref, ref } from 'vue'

/**
 * A popup that is built when its button is first used: a chat has hundreds of buttons, and a popup
 * for each would take most of the time of opening it.
 */
export function useLatePopup(button: Readonly<Ref<{ $el: HTMLElement } | null>>) {
  const isBuilt = ref(false)
  const isOpen = ref(false)

  function toggle(): void {
    isBuilt.value = true
    isOpen.value = !isOpen.value
  }

  /** The popup does not know its button, so the focus is given back here. */
  function giveFocusBack(event: Event): void {
    event.preventDefault()
    button.value?.$el.focus()
  }

  /** A press on the button closes the popup by `toggle`, not by being outside. */
  function keepForButton(event: CustomEvent<{ originalEvent: Event }>): void {
    const { target } = event.detail.originalEvent
    if (target instanceof Node && button.value?.$el.contains(target)) event.preventDefault()
  }
  return { isBuilt, isOpen, toggle, giveFocusBack, keepForButton }
}
