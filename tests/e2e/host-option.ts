export interface HostOption {
  /** Where the app runs; each project of `playwright.config.ts` sets it. */
  host: 'electron' | 'web'
}
