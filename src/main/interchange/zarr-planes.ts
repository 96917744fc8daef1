import { chosenPlanes, isFirstPlane, planePath, zarrPlace } from '#shared/records/zarr-plane.ts'
import type { ImportContext, ParsedDataset, ParsedImage } from './dataset.ts'
import { mapLimited } from './walk.ts'

const AT_ONCE = 4

/**
 * What was read, with the planes that were asked for in place of the first of each OME-Zarr. Labels that came along belong to the first, which
 * then stays.
 */
export async function withChosenPlanes(dataset: ParsedDataset, { pictures, request, known }: ImportContext): Promise<ParsedDataset> {
  if (request.planes === 'first') return dataset
  const images = await mapLimited(dataset.images, AT_ONCE, async (image): Promise<readonly ParsedImage[]> => {
    const place = zarrPlace(image.path)
    if (!place || !isFirstPlane(place.plane) || known.recordOf(image.path)) return [image]
    // What cannot be read is told where all images are looked into.
    const stack = (await pictures.header({ file: image.path }).catch(() => null))?.stack
    if (stack === undefined) return [image]
    const others = chosenPlanes(request.planes, stack).filter((plane) => !isFirstPlane(plane))
    const paths = others.map((plane) => planePath(place.folder, plane))
    const keepsFirst = image.objects.length > 0 || request.planes === 'all' || paths.length === 0
    return [...(keepsFirst ? [image] : []), ...paths.map((path) => ({ ...image, path, labelled: false, objects: [], regions: [] }))]
  })
  return { ...dataset, images: images.flat() }
}
