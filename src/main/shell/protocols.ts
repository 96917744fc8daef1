import { net, protocol } from 'electron'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { assertNever } from '#shared/assert.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { WantedTile } from '../images/tile-files.ts'
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

/** Gives a file that Chromium can show: the image, its thumbnail, a tile of it, or a map that a run drew over it. */
export interface PictureSource {
  display(id: ImageId): Promise<string>
  channel(id: ImageId, channel: number): Promise<string>
  thumbnail(id: ImageId): Promise<string>
  /** Rejects with code `cancelled` where the signal fired first. */
  tile(id: ImageId, place: WantedTile, signal: AbortSignal): Promise<string>
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

function fileOf(source: PictureSource, wanted: Exclude<SlideRequest, { kind: 'tile' }>): Promise<string> {
  switch (wanted.kind) {
    case 'image':
      return source.display(wanted.imageId)
    case 'channel':
      return source.channel(wanted.imageId, wanted.channel)
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
    if (wanted.kind === 'tile') return tileResponse(source, wanted)
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

/**
 * A tile is answered at once with a body that comes when it is made: Chromium tells of a request that the page gave up only by cancelling the
 * body (electron/electron#31737), and then the tile is not made. A tile that cannot be read ends its body with an error. Tiles are named by
 * image and place, and neither changes, so the page may keep them for the session.
 */
function tileResponse(source: PictureSource, { imageId, place }: Extract<SlideRequest, { kind: 'tile' }>): Response {
  const gone = new AbortController()
  const body = new ReadableStream<Uint8Array>({
    start: async (controller) => {
      try {
        const bytes = await readFile(await source.tile(imageId, place, gone.signal))
        if (gone.signal.aborted) return
        controller.enqueue(bytes)
        controller.close()
      } catch (thrown) {
        if (!gone.signal.aborted) controller.error(thrown)
      }
    },
    cancel: () => {
      gone.abort()
    },
  })
  const headers = { 'Content-Type': 'image/jpeg', 'Access-Control-Allow-Origin': APP_ORIGIN, 'Cache-Control': 'max-age=3600' }
  return new Response(body, { status: 200, headers })
}
