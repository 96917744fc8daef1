import { open, readFile } from 'node:fs/promises'
import { AppError } from '#shared/errors.ts'
import { say } from '#shared/i18n/say.ts'
import { spansByLabel } from '#shared/masks/dense.ts'
import { maskOf } from '#shared/masks/mask-shape.ts'
import { maskOfSpans } from '#shared/masks/paint.ts'
import type { ImportContext, ParsedDataset } from './dataset.ts'
import { type LabelFormat, parseLabelFiles, type Reading, type SaidImage, type SaidObject } from './label-files.ts'
import { isDictionary, isNumpyArray, readPickledNpy, wholeNumbersOf } from './numpy-pickle.ts'
import { stemOf } from './walk.ts'

/** Bytes of a file that is read: the flows of an image of some hundred million pixels. */
const MAX_BYTES = 2 ** 31 - 1

export const CELLPOSE: LabelFormat = {
  format: 'cellpose',
  endings: ['npy'],
  looks: (file) => Promise.resolve(/_seg\.npy$/i.test(file)),
  none: { title: say('segmentations of Cellpose'), hint: say('Cellpose saves them as <image>_seg.npy.') },
  takesOthers: true,
  read: readFileOf,
}

/**
 * Reads what Cellpose saves beside an image (cellpose.readthedocs.io, "_seg.npy"): each number of `masks` but 0 is an object. Cellpose knows no classes: all
 * are of the project's first. The file is a pickle, of which only NumPy's arrays, text and numbers are read; no code in it is run.
 *
 * @throws AppError as `parseLabelFiles`.
 */
export function parseCellpose(given: string, context: ImportContext): Promise<ParsedDataset> {
  return parseLabelFiles(given, context, CELLPOSE)
}

async function readFileOf(file: string, { finder, context, notes }: Reading): Promise<SaidImage[]> {
  const handle = await open(file, 'r')
  const { size } = await handle.stat().finally(() => handle.close())
  if (size > MAX_BYTES) throw new AppError('not-cellpose', `It is larger than ${Math.round(MAX_BYTES / 2 ** 30)} GiB`)
  const value = readPickledNpy(await readFile(file))
  const masks = isDictionary(value) ? value.get('masks') : undefined
  if (!isNumpyArray(masks)) throw new AppError('not-cellpose', 'It holds no masks of Cellpose')
  const [height = 0, width = 0, ...more] = masks.shape
  if (masks.shape.length !== 2 || more.length > 0)
    throw new AppError('not-cellpose', `Its masks are a stack of the shape ${masks.shape.join(' x ')}; one plane is read`)
  const className = context.classes[0]?.name ?? 'cell'
  notes.add(say('Cellpose knows no classes: its objects are taken as {{className}}.', { className }))
  const frame = { x: 0, y: 0, width, height }
  const labels = spansByLabel(wholeNumbersOf(masks), frame)
  return [
    {
      name: '',
      found: finder.findFor(file, stemOf(file).replace(/_seg$/i, '')),
      size: { width, height },
      count: labels.size,
      objects: () =>
        [...labels].flatMap(([number, spans]): SaidObject[] => {
          const shape = maskOf(maskOfSpans(spans))
          return shape === null ? [] : [{ label: say('object {{number}}', { number: String(number) }), className, shape }]
        }),
    },
  ]
}
