import { plausibleMicrons } from '../calibration.ts'
import type { SourceFacts } from './image-source.ts'

/** What OpenSlide's properties say of a slide. Names of people and labels are not read. */
export function slideFacts(vendor: string, property: (name: string) => string | null): SourceFacts {
  const number = (name: string): number | null => {
    const value = Number.parseFloat(property(name) ?? '')
    return Number.isFinite(value) && value > 0 ? value : null
  }
  const [x, y] = [number('openslide.mpp-x'), number('openslide.mpp-y')]
  // Pixels that are not square can't be measured with one number.
  const square = x !== null && Math.abs(x - (y ?? x)) <= 0.01 * x
  return {
    reader: `openslide: ${vendor}`,
    micronsPerPixel: square ? plausibleMicrons(x) : null,
    objective: number('openslide.objective-power'),
    scannedAt: scannedAt(property),
  }
}

/** Where formats keep the moment of the scan. */
const DATES = [
  'aperio.Date',
  'dicom.AcquisitionDateTime',
  'leica.creation-date',
  'mirax.GENERAL.SLIDE_CREATIONDATETIME',
  'philips.DICOM_ACQUISITION_DATETIME',
  'hamamatsu.Created',
  'ventana.ScanDate',
  'tiff.DateTime',
]

function scannedAt(property: (name: string) => string | null): string | null {
  for (const name of DATES) {
    const said = property(name)
    const date = said === null ? null : isoDate(said, name.startsWith('mirax') ? 'day' : 'month')
    if (date !== null) return date
  }
  return null
}

/**
 * A date as scanners write it (12/29/09, 2009:12:31 09:11:46, 20091229095915, 2011-03-04T15:02:01Z), as ISO 8601 without the time of day where
 * none is told. Null where it is none. `first` tells what stands first in a date with slashes.
 */
export function isoDate(text: string, first: 'day' | 'month'): string | null {
  const slashed = /^(\d{1,2})[./](\d{1,2})[./](\d{2}|\d{4})(?!\d)/.exec(text.trim())
  if (slashed) {
    const [, a = '', b = '', year = ''] = slashed
    const [month, day] = first === 'month' ? [a, b] : [b, a]
    return checked(year.length === 2 ? `20${year}` : year, month, day, '')
  }
  const ordered = /^(\d{4})[-:/]?(\d{2})[-:/]?(\d{2})(?:[T ]?(\d{2}):?(\d{2}):?(\d{2}))?/.exec(text.trim())
  if (!ordered) return null
  const [, year = '', month = '', day = '', hours, minutes, seconds] = ordered
  return checked(year, month, day, hours === undefined ? '' : `T${hours}:${minutes}:${seconds}`)
}

function checked(year: string, month: string, day: string, time: string): string | null {
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const parsed = new Date(`${date}${time || 'T00:00:00'}Z`)
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) && Number(year) > 1980 ? `${date}${time}` : null
}
