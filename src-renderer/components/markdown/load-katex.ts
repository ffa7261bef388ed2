/** KaTeX, once it has been loaded. */
export interface Katex {
  /** Draws a formula into an element. Returns false, and clears it, if it is not one. */
  draw: (latex: string, target: HTMLElement, isDisplay: boolean) => boolean
}

/** Longer ones are shown as their source; no person writes them. */
const longestFormula = 20_000

let loading: Promise<Katex> | null = null

/** Loads KaTeX and its styles with the first formula that is shown. */
export function loadKatex(): Promise<Katex> {
  loading ??= load()
  return loading
}

async function load(): Promise<Katex> {
  const [{ default: katex }] = await Promise.all([
    import('katex'),
    import('katex/dist/katex.min.css'),
  ])
  // Nothing that follows from the source may load, link, run, or grow beyond reason.
  const limits = { trust: false, strict: 'ignore', maxSize: 20, maxExpand: 500 } as const
  return {
    draw(latex, target, isDisplay) {
      if (latex.length <= longestFormula)
        try {
          katex.render(latex, target, { displayMode: isDisplay, throwOnError: true, ...limits })
          return true
        } catch (error) {
          if (!(error instanceof Error)) throw error
        }
      target.replaceChildren()
      return false
    },
  }
}
