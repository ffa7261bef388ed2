import { join } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@shared': join(import.meta.dirname, 'src-main/shared') } },
  test: {
    include: ['tests/{unit,contract,integration}/**/*.test.ts'],
    testTimeout: 60_000, // a loaded machine is slow, not wrong
    hookTimeout: 60_000,
  },
})
