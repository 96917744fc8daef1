import { defineConfig } from 'vitest/config'

// The real window in the real Electron, one file at a time: a window and its engine fill a small machine.
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['tools/test/window-setup.mjs'],
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 180_000,
    // A start of Electron that hangs is given up after a minute and tried once more: that has to fit.
    hookTimeout: 180_000,
  },
})
