import type { TiffTags } from './tiff-tags.ts'

/**
 * Micrometres a pixel that a microscope image may plausibly state: from 100x oil immersion on a fine sensor to a macro view.
 * A print default stays outside: 72 dpi is 353 µm, 300 dpi 84.7 µm, 1200 dpi 21.2 µm a pixel.
 */
export const PLAUSIBLE_MICRONS = { min: 0.01, max: 20 } as const

const MICRONS_PER_UNIT: Readonly<Record<string, number>> = {
  nm: 1e-3,
  um: 1,
  µm: 1,
  μm: 1,
  '\\u00b5m': 1,
  micron: 1,
  microns: 1,
  micrometer: 1,
  mm: 1e3,
  cm: 1e4,
  inch: 25_400,
}

/** The value if it is plausible, else null: better no scale than a wrong one. */
export function plausibleMicrons(value: number | null | undefined): number | null {
  if (value === null || value === undefined || !Number.isFinite(value)) return null
  return value >= PLAUSIBLE_MICRONS.min && value <= PLAUSIBLE_MICRONS.max ? value : null
}

/**
 * Micrometres a pixel as a TIFF states them, first found of: OME-XML PhysicalSizeX, Aperio's `MPP`, ImageJ's `unit=` with XResolution,
 * XResolution in pixels an inch or centimetre. Null where x and y differ by more than 1 % (pixels that are not square can't be measured
 * with one number) or where the value is implausible.
 */
export function tiffMicrons(tags: TiffTags): number | null {
  if (tags.description.includes('<OME')) return omeMicrons(tags.description)
  const aperio = /\bMPP\s*=\s*([0-9.]+)/.exec(tags.description)
  if (tags.description.startsWith('Aperio') && aperio) return plausibleMicrons(Number(aperio[1]))
  const unit = tags.description.startsWith('ImageJ=') ? imageJUnit(tags.description) : unitOf(tags.resolutionUnit)
  if (unit === null || tags.xResolution === null) return null
  return square(unit / tags.xResolution, unit / (tags.yResolution ?? tags.xResolution))
}

const unitOf = (resolutionUnit: number): number | null => (resolutionUnit === 2 ? 25_400 : resolutionUnit === 3 ? 10_000 : null)

function imageJUnit(description: string): number | null {
  const unit = /^unit=(.+)$/m.exec(description)?.[1]?.trim()
  return unit === undefined ? null : (MICRONS_PER_UNIT[unit] ?? null)
}

function omeMicrons(xml: string): number | null {
  const along = (axis: 'X' | 'Y'): number | null => {
    const size = new RegExp(`\\bPhysicalSize${axis}="([^"]{1,40})"`).exec(xml)?.[1]
    const unit = new RegExp(`\\bPhysicalSize${axis}Unit="([^"]{1,20})"`).exec(xml)?.[1] ?? 'µm'
    const factor = MICRONS_PER_UNIT[unit.replace(/&#(181|956|xB5|x3BC);/i, 'µ')]
    return size === undefined || factor === undefined ? null : Number(size) * factor
  }
  const x = along('X')
  return x === null ? null : square(x, along('Y') ?? x)
}

function square(x: number, y: number): number | null {
  return Math.abs(x - y) <= 0.01 * Math.max(x, y) ? plausibleMicrons(x) : null
}

/** Micrometres a pixel of a PNG (pHYs) or BMP that states pixels a metre, by the same rule of plausibility. */
export function metreMicrons(pixelsPerMetreX: number, pixelsPerMetreY: number): number | null {
  return pixelsPerMetreX > 0 && pixelsPerMetreY > 0 ? square(1e6 / pixelsPerMetreX, 1e6 / pixelsPerMetreY) : null
}
