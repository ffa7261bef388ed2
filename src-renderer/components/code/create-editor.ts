import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput, indentUnit } from '@codemirror/language'
import { Compartment, EditorState, Prec, type Extension } from '@codemirror/state'
import {
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
  type ViewUpdate,
} from '@codemirror/view'
import { codeTheme } from './code-theme.ts'
import { acceptGhost, ghostText } from './ghost-text.ts'

export interface EditorOptions {
  /** Where it is drawn; a shadow root, since the page's policy allows no styles of its own. */
  root: ShadowRoot
  text: string
  /** What Enter with Control or Command does. */
  complete: () => void
  /** What Escape does; false leaves the key to others. */
  reject: () => boolean
  onUpdate: (update: ViewUpdate) => void
}

/** An editor with what changes later in parts of their own. */
export interface CodeEditorHandle {
  view: EditorView
  /** Replaces the rules of the language. */
  setLanguage: (language: Extension) => void
  /** Its name for screen readers, and what an empty page says. */
  setWords: (label: string, hint: string) => void
}

/** Makes the editor; whoever makes it calls `view.destroy()`. */
export function createEditor(options: EditorOptions): CodeEditorHandle {
  const language = new Compartment()
  const words = new Compartment()
  const keys = Prec.highest(
    keymap.of([
      { key: 'Tab', run: acceptGhost },
      { key: 'Escape', run: options.reject },
      {
        key: 'Mod-Enter',
        run: () => {
          options.complete()
          return true
        },
      },
    ]),
  )
  const view = new EditorView({
    root: options.root,
    parent: options.root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        keys,
        ...[history(), lineNumbers(), highlightActiveLine(), bracketMatching(), indentOnInput()],
        indentUnit.of('    '),
        EditorView.lineWrapping,
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        ...[ghostText, codeTheme, language.of([]), words.of([])],
        EditorView.updateListener.of(options.onUpdate),
      ],
    }),
  })
  return {
    view,
    setLanguage: (extension) => view.dispatch({ effects: language.reconfigure(extension) }),
    setWords: (label, hint) =>
      view.dispatch({
        effects: words.reconfigure([
          EditorView.contentAttributes.of({ 'aria-label': label }),
          placeholder(hint),
        ]),
      }),
  }
}
