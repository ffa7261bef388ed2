import { type Extension, StateEffect, StateField } from '@codemirror/state'
import { Decoration, EditorView, WidgetType } from '@codemirror/view'

/** What a model has written for a place, and nobody has taken yet. */
export interface Ghost {
  at: number
  text: string
}

const showGhost = StateEffect.define<Ghost | null>()

/** The text, drawn but not in the document. */
class GhostWidget extends WidgetType {
  constructor(private readonly text: string) {
    super()
  }

  override eq(other: GhostWidget): boolean {
    return other.text === this.text
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('span')
    element.className = 'cm-ghost'
    element.textContent = this.text
    return element
  }
}

const ghostField = StateField.define<Ghost | null>({
  create: () => null,
  update: (ghost, transaction) => {
    for (const effect of transaction.effects) if (effect.is(showGhost)) return effect.value
    return transaction.docChanged ? null : ghost // it was written for another text
  },
  provide: (field) =>
    EditorView.decorations.from(field, (ghost) =>
      ghost === null || ghost.text === ''
        ? Decoration.none
        : Decoration.set(
            Decoration.widget({ widget: new GhostWidget(ghost.text), side: 1 }).range(ghost.at),
          ),
    ),
})

/** Lets the editor show one piece of text behind the cursor. */
export const ghostText: Extension = ghostField

/** Shows a piece of text in place of the one before; null shows none. */
export function drawGhost(view: EditorView, ghost: Ghost | null): void {
  const before = view.state.field(ghostField)
  if (before?.text === ghost?.text && before?.at === ghost?.at) return
  view.dispatch({ effects: showGhost.of(ghost) })
}

/** Puts the text into the document and the cursor behind it. False when there is none. */
export function acceptGhost(view: EditorView): boolean {
  const ghost = view.state.field(ghostField)
  if (ghost === null || ghost.text === '') return false
  view.dispatch({
    changes: { from: ghost.at, insert: ghost.text },
    selection: { anchor: ghost.at + ghost.text.length },
    effects: showGhost.of(null),
    userEvent: 'input.complete',
    scrollIntoView: true,
  })
  return true
}
