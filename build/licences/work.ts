/** Something by others that is shipped with the app. */
export interface Work {
  name: string
  /** As SPDX names it where it does. */
  licence: string
  /** The licence and the copyright, word for word. */
  text: string
}
