/** Hides what is kept in files from other programs; each host brings the system's own means. */
export interface SecretBox {
  seal(text: string): Promise<string>
  /** Null when it was sealed by another account or on another computer. */
  open(sealed: string): Promise<string | null>
}

/** Where the system has no such means: the files are readable for the person alone. */
export const plainBox: SecretBox = {
  seal: async (text) => text,
  open: async (sealed) => sealed,
}
