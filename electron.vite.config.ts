import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

/** Packages that stay outside the bundle: they hold binaries, or must be the one copy that those use. The rest is bundled, ESM-only packages included. */
const external = [/^@tensorflow\//, /^(better-sqlite3|koffi|onnxruntime-node|sharp)(\/|$)/]

/** The package is "type": "module", so CommonJS has to say so in its name. */
const commonJs = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: 'chunks/[name]-[hash].cjs' } as const

export default defineConfig({
  main: {
    build: {
      outDir: 'out',
      // Engine and picture reader run outside Electron's main process, but from the same bundle: what they share is built once.
      externalizeDeps: false,
      rollupOptions: {
        external,
        input: {
          'main/index': 'src/main/index.ts',
          'engine/index': 'src/engine/index.ts',
          'engine/worker': 'src/engine/data/worker.ts',
          'engine/probe': 'src/engine/backends/probe-entry.ts',
          'engine/outliner': 'src/engine/prompting/entry.ts',
          'engine/keras-reader': 'src/engine/data/weight-files/keras-worker.ts',
          'imaging/process': 'src/imaging/process.ts',
          'imaging/pyramid': 'src/imaging/slides/pyramid-entry.ts',
        },
        output: commonJs,
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      // A sandboxed preload can require nothing but electron.
      externalizeDeps: false,
      rollupOptions: { input: { index: 'src/preload/index.ts' }, output: { ...commonJs, codeSplitting: false } },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: { outDir: 'out/renderer', rollupOptions: { input: 'src/renderer/index.html' } },
  },
})
