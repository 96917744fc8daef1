import type { Raster } from '../raster.ts'

/** One level of a pyramid; level 0 is the full resolution. */
export interface SourceLevel {
  readonly width: number
  readonly height: number
  /** Full-resolution pixels a side of one pixel of this level, at least 1. */
  readonly downsample: number
}

/** A part of one level, in whole pixels of that level. */
export interface SourceRegion {
  readonly level: number
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What a slide says of itself; null where it does not say. */
export interface SourceFacts {
  /** What reads it, such as `openslide: aperio` or `libvips: tiff`. */
  readonly reader: string
  readonly micronsPerPixel: number | null
  /** Magnification of the objective, such as 20 or 40. */
  readonly objective: number | null
  /** ISO 8601 date or instant. */
  readonly scannedAt: string | null
}

/**
 * An image that is read region by region and never held whole: a slide, a tiled pyramid, or a large flat image through its pyramid in the
 * cache. One process may read several regions at a time.
 */
export interface ImageSource {
  readonly width: number
  readonly height: number
  /** Finest first; at least one. */
  readonly levels: readonly SourceLevel[]
  /** Side of the tiles in which reading is cheapest, in pixels. */
  readonly tileSize: number
  readonly facts: SourceFacts
  /**
   * Pixels of a region that lies within its level: RGB or grey, 8 bits, transparency laid on white.
   * Throws AppError with a code of `ImageFailure`, `cancelled` where the signal fired.
   */
  read(region: SourceRegion, signal?: AbortSignal): Promise<Raster>
  close(): Promise<void>
}
