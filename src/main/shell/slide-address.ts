import { looksOfText } from '#shared/channels/look.ts'
import type { WantedTile } from '../images/tile-files.ts'
import { imageId, runId, type ImageId, type RunId } from '#shared/records/ids.ts'

/** What an address of the `slide:` scheme asks for. */
export type SlideRequest =
  | { readonly kind: 'image' | 'thumb'; readonly imageId: ImageId }
  | { readonly kind: 'channel'; readonly imageId: ImageId; readonly channel: number }
  | { readonly kind: 'tile'; readonly imageId: ImageId; readonly place: WantedTile }
  | { readonly kind: 'map'; readonly runId: RunId; readonly imageId: ImageId; readonly place: number }

/**
 * Reads `slide://image/<id>`, `slide://thumb/<id>`, `slide://channel/<image>/<place>`, `slide://tile/<image>/<level>/<column>/<row>` (a tile of the grid of
 * `shared/geometry/tile-grid.ts`; `?looks=` as `looksText` writes them) and `slide://map/<run>/<image>/<place>`, where the place is that of a map in the record of what the run said
 * of the image: an address never holds a file's name. Null for anything else.
 */
export function slideRequest(address: string): SlideRequest | null {
  if (!URL.canParse(address)) return null
  const { protocol, host, pathname, searchParams } = new URL(address)
  const parts = decoded(pathname)
  if (protocol !== 'slide:' || parts === null) return null
  if (host === 'map') return mapRequest(parts)
  if (host === 'tile') return tileRequest(parts, searchParams.get('looks'))
  if (host === 'channel') return channelRequest(parts)
  const id = imageId.safeParse(parts[0])
  if (parts.length !== 1 || !id.success || (host !== 'image' && host !== 'thumb')) return null
  return { kind: host, imageId: id.data }
}

function mapRequest([run, image, place, ...rest]: readonly string[]): SlideRequest | null {
  const [ofRun, ofImage] = [runId.safeParse(run), imageId.safeParse(image)]
  if (!ofRun.success || !ofImage.success || rest.length > 0 || !/^\d{1,4}$/.test(place ?? '')) return null
  return { kind: 'map', runId: ofRun.data, imageId: ofImage.data, place: Number(place) }
}

function channelRequest([image, channel, ...rest]: readonly string[]): SlideRequest | null {
  const id = imageId.safeParse(image)
  if (!id.success || rest.length > 0 || !/^\d{1,2}$/.test(channel ?? '')) return null
  return { kind: 'channel', imageId: id.data, channel: Number(channel) }
}

function tileRequest([image, ...numbers]: readonly string[], text: string | null): SlideRequest | null {
  const id = imageId.safeParse(image)
  if (!id.success || numbers.length !== 3 || !numbers.every((text) => /^\d{1,7}$/.test(text))) return null
  const [level = 0, column = 0, row = 0] = numbers.map(Number)
  if (text === null) return { kind: 'tile', imageId: id.data, place: { level, column, row } }
  const looks = looksOfText(text)
  return looks && { kind: 'tile', imageId: id.data, place: { level, column, row, looks } }
}

function decoded(pathname: string): string[] | null {
  try {
    return pathname.slice(1).split('/').map(decodeURIComponent)
  } catch {
    return null
  }
}
