import { stringify } from 'yaml'
import { assertNever } from '#shared/assert.ts'
import { isLine } from '#shared/geometry/line.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { say } from '#shared/i18n/say.ts'
import type { ImageRecord } from '#shared/records/image.ts'
import type { Shape } from '#shared/records/shape.ts'
import { writeFolderWhole } from '../../files/write-folder.ts'
import { writeWhole } from '../../files/write-whole.ts'
import { renamedNotes, uniqueNames } from './file-names.ts'
import { lossNotes } from './format-limits.ts'
import { objectsByImage, orderedClasses, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { oneRing, ringsOf } from './outline.ts'
import { writeEach } from './per-image-out.ts'

/** Decimals of a share: of 100,000 pixels the last is a thousandth. */
const DECIMALS = 8

/**
 * Writes a folder as Ultralytics' YOLO trains on it, whole or not at all: `labels/<split>/<image>.txt`, `class cx cy w h` or, for segments, `class x1
 * y1 ...` (shares of the image's sides, eight decimals; a prediction's score behind them), and data.yaml with names and folders. Images without a split
 * are trained on. The images themselves are not copied: data.yaml names the folders `images/<split>` for them.
 *
 * @throws AppError as `writeFolderWhole`.
 */
export async function writeYolo(folder: string, set: LabelSet, kind: 'boxes' | 'segments'): Promise<WrittenLabels> {
  const classes = orderedClasses(set.classes)
  const places = new Map(classes.map(({ id }, i) => [id, i]))
  const names = uniqueNames(set.images)
  const objects = objectsByImage(set)
  let rows = 0
  await writeFolderWhole(folder, async (writer) => {
    for (const image of set.images) {
      const lines = (objects.get(image.id) ?? []).flatMap((object) => lineOf(object, image, places.get(object.classId) ?? 0, kind))
      rows += lines.length
      await writer.made(`labels/${splitOf(image)}/${names.get(image)!.stem}.txt`, (file) =>
        writeWhole(file, (handle) => writeEach(handle, lines, (line) => `${line}\n`)),
      )
    }
    const splits = (['train', 'val', 'test'] as const).filter((split) => set.images.some((image) => splitOf(image) === split))
    const folders = Object.fromEntries(splits.map((split) => [split, `images/${split}`]))
    await writer.file(
      'data.yaml',
      stringify({ path: '.', ...folders, nc: classes.length, names: Object.fromEntries(classes.map(({ name }, i) => [i, name])) }),
    )
  })
  return {
    rows,
    notes: [
      ...lossNotes(kind === 'boxes' ? 'yolo' : 'yolo-seg', set),
      say('The images are not copied: YOLO looks for them in images/train, images/val and images/test beside labels.'),
      ...renamedNotes(names),
    ],
  }
}

const splitOf = ({ split }: ImageRecord): 'train' | 'val' | 'test' => split ?? 'train'

function lineOf({ shape, score }: LabelledObject, image: ImageRecord, place: number, kind: 'boxes' | 'segments'): string[] {
  const shares = kind === 'boxes' ? boxShares(shape, image) : segmentShares(shape, image)
  if (shares === null) return []
  return [[place, ...shares, ...(score === undefined ? [] : [rounded(score, 6)])].join(' ')]
}

function boxShares(shape: Shape, { width, height }: ImageRecord): string[] | null {
  if (!isPlaced(shape) || shape.type === 'point' || isLine(shape)) return null
  const box = shapeBounds(shape)
  return [share(box.x + box.width / 2, width), share(box.y + box.height / 2, height), share(box.width, width), share(box.height, height)]
}

function segmentShares(shape: Shape, { width, height }: ImageRecord): string[] | null {
  switch (shape.type) {
    case 'box':
    case 'polygon':
    case 'mask':
    case 'ellipse':
    case 'rotated-box':
      return oneRing(ringsOf(shape)).map((value, i) => share(value, i % 2 === 0 ? width : height))
    case 'point':
    case 'polyline':
    case 'ruler':
    case 'image':
      return null
    default:
      return assertNever(shape)
  }
}

const share = (value: number, of: number): string => String(rounded(value / of, DECIMALS))
