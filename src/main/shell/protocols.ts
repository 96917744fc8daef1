import { net, protocol } from 'electron'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { assertNever } from '#shared/assert.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { MapPlace } from '../workbench/result-maps.ts'
import { slideRequest, type SlideRequest } from './slide-address.ts'

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

/** Gives a file that Chromium can show: the image, its thumbnail, or a map that a run drew over it. */
export interface PictureSource {
  display(id: ImageId): Promise<string>
  thumbnail(id: ImageId): Promise<string>
  map(place: MapPlace): Promise<string>
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

function fileOf(source: PictureSource, wanted: SlideRequest): Promise<string> {
  switch (wanted.kind) {
    case 'image':
      return source.display(wanted.imageId)
    case 'thumb':
      return source.thumbnail(wanted.imageId)
    case 'map':
      return source.map(wanted)
    default:
      return assertNever(wanted, 'slide request')
  }
}

/** The addresses of `slideRequest`: pictures of the open project only. */
export function servePictures(source: PictureSource): void {
  protocol.handle('slide', async (request) => {
    const wanted = slideRequest(request.url)
    if (wanted === null) return new Response('not found', { status: 404 })
    try {
      const response = await net.fetch(pathToFileURL(await fileOf(source, wanted)).href)
      const headers = new Headers(response.headers)
      headers.set('Access-Control-Allow-Origin', APP_ORIGIN)
      // A thumbnail is named by content and never changes; the image may be replaced on disk.
      headers.set('Cache-Control', wanted.kind === 'thumb' ? 'max-age=86400' : 'no-cache')
      return new Response(response.body, { status: response.status, headers })
    } catch (thrown) {
      return new Response(thrown instanceof Error ? thrown.message : 'unreadable', { status: 404 })
    }
  })
}
