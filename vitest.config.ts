import { defineConfig } from 'vitest/config'

// Forks, not threads: native TensorFlow can be loaded once in a process only.
export default defineConfig({
  test: {
    include: ['test/**/*.test.{ts,tsx,mjs}'],
    exclude: ['test/e2e/**'],
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
