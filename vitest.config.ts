import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  resolve: { tsconfigPaths: true },
  test: {
    include: ['tests/{unit,contract,integration}/**/*.test.ts'],
    testTimeout: 60_000, // a loaded machine is slow, not wrong,
  },
})
