import react from '@vitejs/plugin-react'
import path from 'node:path'
import { createServer } from 'vite'

// Shows the whole window in any browser, on a project in memory:
//   node test/renderer/app-harness/serve.ts
// then open the address it prints, with what main.tsx takes as a query: ?open&images=3000&long&models=2&scheme=light

const root = import.meta.dirname
const repository = path.resolve(root, '../../..')
const server = await createServer({
  root,
  configFile: false,
  logLevel: 'error',
  plugins: [react()],
  cacheDir: path.join(repository, 'node_modules/.vite-app-harness'),
  server: { host: '127.0.0.1', port: 0, fs: { allow: [repository] } },
})
await server.listen()
console.log(`${server.resolvedUrls?.local[0] ?? ''}?open&models=2`)
