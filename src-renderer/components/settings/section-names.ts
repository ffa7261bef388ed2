/** The sections of the settings in their order. */
export const sectionNames = [
  'appearance',
  'chat',
  'model',
  'hardware',
  'network',
  'remote',
  'api',
  'storage',
  'data',
  'desktop',
  'tools',
  'shortcuts',
  'about',
] as const
