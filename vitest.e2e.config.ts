import { defineConfig } from 'vitest/config'

// The real window in the real Electron, one file at a time: a window and its engine fill a small machine.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['tools/test/window-setup.mjs'],
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 180_000,
    hookTimeout: 120_000,
  },
})
