import react from '@vitejs/plugin-react'
import path from 'node:path'
import { createServer, type ViteDevServer } from 'vite'

/** Serves the page on a free port of this machine. */
export async function servePage(): Promise<{ readonly server: ViteDevServer; readonly url: string }> {
  const root = import.meta.dirname
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    plugins: [react()],
    cacheDir: path.resolve(root, '../../../node_modules/.vite-harness'),
    server: { host: '127.0.0.1', port: 0, fs: { allow: [path.resolve(root, '../../..')] } },
  })
  await server.listen()
  return { server, url: server.resolvedUrls?.local[0] ?? '' }
}
