import { areaScale, areaText } from '../areas.ts'
import { assertNever } from '../assert.ts'
import { type AreaOf } from '../contracts/counts.ts'
import { shownDecimals, shownSignificant } from '../i18n/formats.ts'
import { t } from '../i18n/translate.ts'
import { type Interval } from '../metrics/intervals.ts'
import { type OriginFact } from '../origin.ts'
import { type RowArea } from './row-area.ts'
import { type ClassCount, type Density, type PositiveShare } from './tabulate.ts'
import { type SizeSummary } from './sizes.ts'

// Numbers of counts in the words of every table and report: in the window as its language writes them, in reports with a point.

/** Three significant digits. */
export const significant = (value: number): string => shownSignificant(value)

export const percentText = (share: number): string => `${shownDecimals(100 * share, 1)} %`

const range = ({ lower, upper }: Interval, text: (value: number) => string): string =>
  t('{{lower}} to {{upper}}', { lower: text(lower), upper: text(upper) })

/** `12.3 (9.8 to 15.1)`: objects a square millimetre with the 95 % interval. */
export const densityText = ({ perMm2, interval }: Density): string => `${significant(perMm2)} (${range(interval, significant)})`

/** `34.2 % (30.1 % to 38.6 %)`; a dash where there is none of either. */
export const shareText = ({ share, interval }: Pick<PositiveShare, 'share' | 'interval'>): string =>
  share === null || interval === null ? '–' : `${percentText(share)} (${range(interval, percentText)})`

export const unitText = (unit: SizeSummary['unit']): string => (unit === 'um2' ? 'µm²' : 'px²')

/** `52.1 µm² (41 to 66.8)`: the median and the quartiles, as the area of a single object is told. */
export function sizeText({ median, q1, q3, unit }: SizeSummary): string {
  const scale = areaScale(median, unit)
  return `${scale.number(median)} ${scale.unit} (${range({ lower: q1, upper: q3 }, scale.number)})`
}

export const sizesText = ({ sizes }: Pick<ClassCount, 'sizes'>): string => (sizes === null ? '–' : sizeText(sizes))

/** What an area is of, to follow its size: `0.36 mm², only the regions that the run looked at`. */
function areaOfText(of: AreaOf): string {
  switch (of) {
    case 'image':
      return t('whole images')
    case 'looked':
      return t('only the regions that the run looked at')
    case 'labelled':
      return t('only the fully labelled regions')
    case 'mixed':
      return t('whole images or only regions of them, image by image')
    case 'region':
      return t('the region')
    case 'unknown':
      return t('not known: the regions were changed after the run')
    default:
      return assertNever(of)
  }
}

/** By which area the numbers of a row are divided, and whose it is, in a sentence or two; empty for what lies in no region. */
export function areaNote({ pixels, mm2, areaOf, scans }: RowArea): string {
  if (areaOf === null) return ''
  const size = pixels === null ? '' : areaText(pixels, mm2)
  const area = size === '' ? t('Area counted on: {{of}}.', { of: areaOfText(areaOf) }) : t('Area counted on: {{area}}, {{of}}.', { area: size, of: areaOfText(areaOf) }) // prettier-ignore
  return scans === 0 ? area : `${area} ${glassNote(scans)}`
}

/** That the area of slides is that of the whole scan. */
const glassNote = (count: number): string =>
  t('{{count}} slides or large images are counted over the whole image, glass included: mark a region for the density of the tissue.', {
    count,
  })

/** The same in a word or two, beside a size in a table; empty where the area is what one expects. */
export function areaWord({ areaOf, scans }: Pick<RowArea, 'areaOf' | 'scans'>): string {
  if (scans > 0) return t('glass included')
  if (areaOf === 'looked' || areaOf === 'labelled') return t('regions only')
  if (areaOf === 'mixed') return t('regions in part')
  return areaOf === 'unknown' ? t('not known') : ''
}

/** What a row of an image by itself is called among slides, patients or groups: it is of none that is known. `image`: the name by which it is shown. */
export function aloneText(fact: OriginFact, image: string): string {
  return {
    slide: t('(no slide) {{image}}', { image }),
    patient: t('(no patient) {{image}}', { image }),
    group: t('(no group) {{image}}', { image }),
  }[fact]
}
