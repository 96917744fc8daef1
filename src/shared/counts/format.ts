import { shownDecimals, shownSignificant } from '../i18n/formats.ts'
import { t } from '../i18n/translate.ts'
import { type Interval } from '../metrics/intervals.ts'
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

/** `52.1 µm² (41 to 66.8)`: the median and the quartiles. */
export const sizeText = ({ median, q1, q3, unit }: SizeSummary): string =>
  `${significant(median)} ${unitText(unit)} (${range({ lower: q1, upper: q3 }, significant)})`

export const sizesText = ({ sizes }: Pick<ClassCount, 'sizes'>): string => (sizes === null ? '–' : sizeText(sizes))
