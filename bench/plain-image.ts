import { type ImageRecord, NO_ORIGIN, SIZE_OF_FILE } from '#shared/records/image.ts'
import { imageId } from '#shared/records/ids.ts'

/** The record of an image without a file: benches and tests of the database need no more. */
export function plainImage(id: string, change: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id: imageId.parse(id),
    name: `${id}.png`,
    relativePath: `../${id}.png`,
    absolutePath: `/${id}.png`,
    bytes: 1,
    sha256: '0'.repeat(64),
    width: 640,
    height: 480,
    bitDepth: 8,
    channels: 3,
    micronsPerPixel: null,
    ...SIZE_OF_FILE,
    ...NO_ORIGIN,
    objective: null,
    scannedAt: null,
    split: null,
    group: null,
    state: 'unlabelled',
    addedAt: '2026-01-01T00:00:00.000Z',
    ...change,
  }
}
