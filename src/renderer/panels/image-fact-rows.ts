import { type ImageDetails } from '#shared/contracts/image-details.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { magnificationText } from '../viewer/scale.ts'

/** One line of what a file says of itself. */
export interface FactRow {
  readonly name: string
  readonly value: string
  /** A second line; empty for none. */
  readonly extra: string
}

const NOT_STATED = 'not stated'

type Facts = Pick<ImageRecord, 'width' | 'height' | 'micronsPerPixel' | 'objective' | 'scannedAt' | 'bitDepth' | 'channels'>

/** What is known of an image, in the order in which it is asked for; `details` null until they are read. Nothing here names a person or a file. */
export function factRows(image: Facts, details: ImageDetails | null): FactRow[] {
  const { width, height, micronsPerPixel, objective, scannedAt, bitDepth, channels } = image
  const row = (name: string, value: string, extra = ''): FactRow => ({ name, value, extra })
  return [
    row('Size', `${whole(width)} × ${whole(height)} px`, micronsPerPixel === null ? '' : lengths(width, height, micronsPerPixel)),
    row('Pixel', micronsPerPixel === null ? NOT_STATED : `${String(Number(micronsPerPixel.toPrecision(4)))} µm`),
    row('Objective', objective === null ? NOT_STATED : magnificationText(objective)),
    row('Scanned', scannedAt === null ? NOT_STATED : scanDate(scannedAt)),
    row('Colours', `${channelText(channels)}, ${String(bitDepth)} bit`),
    ...(details === null ? [] : [row('File', readerText(details.reader)), row('Levels', ...levelTexts(details))]),
  ]
}

const whole = (value: number): string => value.toLocaleString('en')

/** Both sides in micrometres, or in millimetres from one on. */
function lengths(width: number, height: number, microns: number): string {
  const [across, down] = [width * microns, height * microns]
  if (Math.max(across, down) < 1000) return `${across.toFixed(1)} × ${down.toFixed(1)} µm`
  return `${(across / 1000).toFixed(2)} × ${(down / 1000).toFixed(2)} mm`
}

/** The moment as the scanner wrote it, whose time zone nobody knows. */
const scanDate = (scannedAt: string): string => scannedAt.replace('T', ' ').replace(/Z$/, '')

function channelText(channels: number): string {
  if (channels === 1) return 'grey'
  return channels === 3 ? 'RGB' : `${String(channels)} channels`
}

const MAKERS: Readonly<Record<string, string>> = {
  aperio: 'Aperio slide',
  dicom: 'DICOM slide',
  hamamatsu: 'Hamamatsu slide',
  leica: 'Leica slide',
  mirax: 'MIRAX slide',
  philips: 'Philips slide',
  sakura: 'Sakura slide',
  trestle: 'Trestle slide',
  ventana: 'Ventana slide',
  zeiss: 'Zeiss slide',
}

function readerText(reader: string): string {
  const [library = '', kind = ''] = reader.split(': ')
  return library === 'openslide' ? (MAKERS[kind] ?? `${kind} slide`) : kind.toUpperCase()
}

function levelTexts({ levels }: ImageDetails): [string, string] {
  if (levels.length === 1) return ['1', '']
  const smaller = levels.slice(1).map(({ downsample }) => String(Number(downsample.toPrecision(3))))
  return [String(levels.length), `${smaller.join(', ')} times smaller`]
}

/** The pictures beside a slide that a person may ask for, the label first; thumbnails show nothing that the slide does not. */
export function shownAssociated({ associated }: Pick<ImageDetails, 'associated'>): string[] {
  const rank = (name: string): number => ['label', 'macro'].indexOf(name) >>> 0
  return associated.filter((name) => !/thumb/i.test(name)).sort((a, b) => rank(a) - rank(b))
}
