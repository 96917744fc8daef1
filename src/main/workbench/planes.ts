import { AppError } from '#shared/errors.ts'
import { importRequest } from '#shared/contracts/project.ts'
import { say } from '#shared/i18n/say.ts'
import { withPixelSize } from '#shared/pixel-size.ts'
import type { ImageId } from '#shared/records/ids.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import { planePath, type ZarrPlane, zarrPlace } from '#shared/records/zarr-plane.ts'
import { importImages } from '../images/import-images.ts'
import type { Workbench } from './workbench.ts'

/**
 * Another plane of the OME-Zarr that an image is of: the image that the project has of it, else a new one, as one edit. Planes are of one
 * specimen: a new one gets the split of the given, the pixel size that a person set of it, its slide and patient, and both the same group, so that no split divides them.
 * @throws AppError `no-planes`, `no-such-plane`, `image-missing` or `project-read-only`.
 */
export async function openPlane(bench: Workbench, { imageId, ...plane }: ZarrPlane & { readonly imageId: ImageId }): Promise<ImageRecord> {
  const image = bench.project.image(imageId)
  const place = zarrPlace(await bench.files.pathOf(image))
  if (!place) throw new AppError('no-planes', `${image.name} has no slices or times.`, 'Such are read of OME-Zarr alone.')
  const file = planePath(place.folder, plane)
  const read = await importImages([file], { projectFolder: bench.folder, pictures: bench.pictures, known: bench.images() })
  const there = read.duplicateOf.get(file)
  if (there) return there
  const fresh = read.records.get(file)
  if (!fresh) throw new AppError('no-such-plane', `${image.name}: ${read.problems.map(({ what }) => what).join(' ')}`)
  const { slide, patient } = image
  const group = image.group ?? fresh.group
  // What its file does not know, a person has said of the whole.
  const sized = image.pixelSizeBy === 'person' ? withPixelSize(fresh, image.micronsPerPixel, fresh.addedAt) : fresh
  const record = { ...sized, split: image.split, slide, patient, group }
  const images = image.group === group ? [record] : [record, { ...image, group }]
  bench.edit({ label: say('Add the plane {{name}}', { name: record.name }).slice(0, 120), put: { images }, remove: {} })
  bench.steps.note({ kind: 'import', request: importRequest.parse({ paths: [file], format: 'images' }) })
  bench.thumbnails.start(bench.images())
  return record
}
