import path from 'node:path'
import { append } from '#shared/append.ts'
import type { MaskReading } from '#shared/contracts/label-maps.ts'
import { say } from '#shared/i18n/say.ts'
import { isImageError } from '../../imaging/failure.ts'
import type { ImportContext, ImportProblem, ParsedImage } from './dataset.ts'
import { sizeOfImage, twoSizes } from './image-size.ts'
import { leftOut } from './left-out.ts'
import { pairMasks } from './mask-pairs.ts'
import { mapLimited } from './walk.ts'

/** White on black, soft edges or not. */
const READING: MaskReading = {
  kind: 'colors',
  colors: [
    { color: 0, label: 0 },
    { color: 0xffffff, label: 1 },
  ],
  tolerance: 442,
}

/**
 * Images of class folders with the areas that masks beside them show (MVTec AD: `ground_truth/<class>/<name>_mask.png`), each connected area an
 * object of the image's class: what is not normal, pixel by pixel. `files` are all images and masks.
 */
export async function withAreas(
  base: string,
  files: readonly string[],
  { images, context }: { readonly images: readonly ParsedImage[]; readonly context: ImportContext },
): Promise<{ readonly images: ParsedImage[]; readonly problems: readonly ImportProblem[] }> {
  const { pairs, problems } = pairMasks(base, files)
  const masks = new Map(pairs.map((pair) => [pair.image, pair.masks]))
  const told = [...problems]
  const read = await mapLimited(images, 4, async (image) => {
    const own = masks.get(image.path)
    const className = image.objects[0]?.className
    if (own === undefined || className === undefined) return image
    context.signal?.throwIfAborted()
    const areas: ParsedImage['objects'][number][] = []
    for (const mask of own) {
      const shapes = await shapesOf(mask, image.path, context)
      if (typeof shapes === 'string') told.push({ file: path.relative(base, mask), what: shapes })
      else
        append(
          areas,
          shapes.map((shape) => ({ className, shape, difficult: false, crowd: false })),
        )
    }
    return { ...image, objects: [...image.objects, ...areas] }
  })
  return { images: read, problems: told }
}

/** The areas of a mask, or why it has none that fit. */
async function shapesOf(mask: string, image: string, context: ImportContext) {
  const size = await sizeOfImage(image, context)
  if (typeof size === 'string') return leftOut(say('its image cannot be read ({{size}})', { size }))
  try {
    const { width, height, objects } = await context.pictures.mask({ file: mask, reading: READING })
    if (width === size.width && height === size.height) return objects.map(({ shape }) => shape)
    return leftOut(say('has {{width}} x {{height}} pixels, its image {{width2}} x {{height2}}', twoSizes({ width, height }, size)))
  } catch (thrown) {
    if (!isImageError(thrown)) throw thrown
    return leftOut(thrown.message)
  }
}
