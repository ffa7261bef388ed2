import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['tests/{unit,contract,integration}/**/*.test.ts'],
    testTimeout: 20_000,
  },
})
