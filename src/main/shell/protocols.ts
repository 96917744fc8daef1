import { net, protocol } from 'electron'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { imageId, type ImageId } from '#shared/records/ids.ts'

/** The page's own origin. Not file://: a custom scheme has an origin that can be checked and shows nothing else of the disk. */
export const APP_ORIGIN = 'app://slidewright'

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  // Mantine and Konva set styles on elements.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' slide: data: blob:",
  "connect-src 'self' slide:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Gives a file that Chromium can show: the image, or its thumbnail. */
export interface PictureSource {
  display(id: ImageId): Promise<string>
  thumbnail(id: ImageId): Promise<string>
}

/** Must run before the app is ready. */
export function declareSchemes(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true, stream: true }
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges },
    { scheme: 'slide', privileges },
  ])
}

export function servePage(rendererFolder: string): void {
  protocol.handle('app', async (request) => {
    const url = new URL(request.url)
    const file = path.join(rendererFolder, decodeURIComponent(url.pathname === '/' ? '/index.html' : url.pathname))
    const relative = path.relative(rendererFolder, file)
    if (url.host !== 'slidewright' || relative.startsWith('..') || path.isAbsolute(relative))
      return new Response('not found', { status: 404 })
    const response = await net.fetch(pathToFileURL(file).href).catch(() => null)
    if (!response) return new Response('not found', { status: 404 })
    const headers = new Headers(response.headers)
    headers.set('Content-Security-Policy', POLICY)
    headers.set('X-Content-Type-Options', 'nosniff')
    return new Response(response.body, { status: response.status, headers })
  })
}

/** `slide://image/<id>` and `slide://thumb/<id>`: pictures of the open project only. */
export function servePictures(source: PictureSource): void {
  protocol.handle('slide', async (request) => {
    const url = new URL(request.url)
    const id = imageId.safeParse(url.pathname.slice(1))
    if (!id.success || (url.host !== 'image' && url.host !== 'thumb')) return new Response('not found', { status: 404 })
    try {
      const file = url.host === 'image' ? await source.display(id.data) : await source.thumbnail(id.data)
      const response = await net.fetch(pathToFileURL(file).href)
      const headers = new Headers(response.headers)
      headers.set('Access-Control-Allow-Origin', APP_ORIGIN)
      // A thumbnail is named by content and never changes; the image may be replaced on disk.
      headers.set('Cache-Control', url.host === 'thumb' ? 'max-age=86400' : 'no-cache')
      return new Response(response.body, { status: response.status, headers })
    } catch (thrown) {
      return new Response(thrown instanceof Error ? thrown.message : 'unreadable', { status: 404 })
    }
  })
}
