function page(text: string): string {
  return `<!doctype html><meta charset="utf-8"><title>ChatGLM Desktop</title><p>${text}</p>`
}

/** For whoever comes without the token. */
export const tokenPage = page(
  'Open the whole address that the terminal shows, with the token at its end. ' +
    '请打开终端中显示的完整地址，包括末尾的令牌。',
)

/** For whoever comes from another page or under another name. */
export const refusedPage = page(
  'This page can only be opened on the computer that it runs on, by the address that the terminal shows. ' +
    '此页面只能在运行它的电脑上，通过终端中显示的地址打开。',
)

/** Shown for a moment while the token leaves the address. */
export const welcomePage = page('ChatGLM Desktop …')
