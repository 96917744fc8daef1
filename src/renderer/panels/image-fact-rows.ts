import { type ImageDetails } from '#shared/contracts/image-details.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { t } from '#shared/i18n/translate.ts'
import { shownDecimals, shownSignificant } from '#shared/i18n/formats.ts'
import { shownMicrons } from '#shared/pixel-size-text.ts'
import { statedSize } from '#shared/pixel-size.ts'
import { type Size } from '#shared/geometry/point.ts'
import { magnificationText } from '../viewer/scale.ts'

/** One line of what a file says of itself. */
export interface FactRow {
  readonly name: string
  readonly value: string
  /** A second line; empty for none. */
  readonly extra: string
}

const NOT_STATED = t('not stated')

type Facts = Pick<
  ImageRecord,
  'width' | 'height' | 'micronsPerPixel' | 'pixelSizeBy' | 'statedMicrons' | 'objective' | 'scannedAt' | 'bitDepth' | 'channels'
>

/** What is known of an image, in the order in which it is asked for; `details` null until they are read. Nothing here names a person or a file. */
export function factRows(image: Facts, details: ImageDetails | null): FactRow[] {
  const { width, height, micronsPerPixel, objective, scannedAt, bitDepth, channels } = image
  const row = (name: string, value: string, extra = ''): FactRow => ({ name, value, extra })
  return [
    row(t('Size'), t('{{width}} × {{height}} px', { width, height }), micronsPerPixel === null ? '' : lengthsText(image, micronsPerPixel)),
    row(t('Pixel'), micronsPerPixel === null ? NOT_STATED : `${shownMicrons(micronsPerPixel)} µm/px`, byHand(image)),
    row(t('Objective'), objective === null ? NOT_STATED : magnificationText(objective)),
    row(t('Scanned'), scannedAt === null ? NOT_STATED : scanDate(scannedAt)),
    row(t('Colours'), `${channelText(channels)}, ${String(bitDepth)} bit`),
    ...(details === null ? [] : [row(t('File'), readerText(details.reader)), row(t('Levels'), ...levelTexts(details))]),
  ]
}

/** That a person set the pixel size, and what the file says to it. */
function byHand(image: Facts): string {
  if (image.pixelSizeBy === 'file') return ''
  const stated = statedSize(image)
  return stated === null ? t('set by hand') : t('set by hand; the file states {{microns}} µm', { microns: shownMicrons(stated) })
}

/** Both sides in micrometres, or in millimetres from one on. */
export function lengthsText({ width, height }: Size, microns: number): string {
  const [across, down] = [width * microns, height * microns]
  if (Math.max(across, down) < 1000) return `${shownDecimals(across, 1)} × ${shownDecimals(down, 1)} µm`
  return `${shownDecimals(across / 1000, 2)} × ${shownDecimals(down / 1000, 2)} mm`
}

/** The moment as the scanner wrote it, whose time zone nobody knows. */
const scanDate = (scannedAt: string): string => scannedAt.replace('T', ' ').replace(/Z$/, '')

function channelText(channels: number): string {
  if (channels === 1) return t('grey')
  return channels === 3 ? 'RGB' : t('{{channels}} channels', { channels })
}

const MAKERS: Readonly<Record<string, string>> = {
  aperio: t('Aperio slide'),
  dicom: t('DICOM slide'),
  hamamatsu: t('Hamamatsu slide'),
  leica: t('Leica slide'),
  mirax: t('MIRAX slide'),
  philips: t('Philips slide'),
  sakura: t('Sakura slide'),
  trestle: t('Trestle slide'),
  ventana: t('Ventana slide'),
  zeiss: t('Zeiss slide'),
}

function readerText(reader: string): string {
  const [library = '', kind = ''] = reader.split(': ')
  return library === 'openslide' ? (MAKERS[kind] ?? t('{{kind}} slide', { kind })) : kind.toUpperCase()
}

function levelTexts({ levels }: ImageDetails): [string, string] {
  if (levels.length === 1) return ['1', '']
  const smaller = levels.slice(1).map(({ downsample }) => shownSignificant(downsample))
  return [String(levels.length), t('{{smaller}} times smaller', { smaller: smaller.join(', ') })]
}

/** The pictures beside a slide that a person may ask for, the label first; thumbnails show nothing that the slide does not. */
export function shownAssociated({ associated }: Pick<ImageDetails, 'associated'>): string[] {
  const rank = (name: string): number => ['label', 'macro'].indexOf(name) >>> 0
  return associated.filter((name) => !/thumb/i.test(name)).sort((a, b) => rank(a) - rank(b))
}
