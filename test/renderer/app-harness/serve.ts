import react from '@vitejs/plugin-react'
import path from 'node:path'
import { createServer, type ViteDevServer } from 'vite'

/** Serves the page on a free port of this machine. */
export async function serveApp(): Promise<{ readonly server: ViteDevServer; readonly url: string }> {
  const root = import.meta.dirname
  const repository = path.resolve(root, '../../..')
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    cacheDir: path.join(repository, 'node_modules/.vite-app-harness'),
    server: { host: '127.0.0.1', port: Number(process.env['PORT'] ?? 0), fs: { allow: [repository] }, watch: null },
  })
  await server.listen()
  return { server, url: server.resolvedUrls?.local[0] ?? '' }
}
