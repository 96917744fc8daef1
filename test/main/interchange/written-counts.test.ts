import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type LabelFormatName, labelFormatName } from '../../../src/shared/contracts/project.ts'
import type { Shape } from '../../../src/shared/records/shape.ts'
import { EXPORT_FORMATS } from '../../../src/main/interchange/export-formats.ts'
import { IMPORT_FORMATS } from '../../../src/main/interchange/import-formats.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { contextOf, savePicture } from './context.ts'
import { lines } from './round-trip.ts'
import { box, makeAnnotation, makeClass, makeImage } from './records.ts'

const frame = { cx: 50, cy: 40, width: 20, height: 10, angle: 20 }
/** One of each kind that lies within an image. */
const SHAPES: readonly Shape[] = [
  box(5, 5, 10, 8),
  { type: 'polygon', rings: [[20, 5, 40, 5, 30, 20]] },
  { type: 'point', x: 60, y: 60 },
  { type: 'ellipse', ...frame },
  { type: 'rotated-box', ...frame },
  { type: 'polyline', points: [5, 60, 30, 70, 40, 60] },
  { type: 'ruler', points: [70, 5, 90, 20] },
]
const CELL = makeClass('cell')
const FILES: Partial<Record<LabelFormatName, string>> = { csv: 'out.csv', coco: 'out.json', cvat: 'out.xml', labelstudio: 'out.json', w3c: 'out.json' } // prettier-ignore

describe('the number of objects that an export tells', () => {
  it.each(labelFormatName.options)('is what lies in the file: %s', async (format) => {
    const root = temporaryFolder()
    await savePicture(path.join(root, 'a.png'), 100, 80)
    const image = makeImage('a.png', 100, 80)
    const objects = SHAPES.map((shape, i) => makeAnnotation(image, CELL, shape, { id: `a${i}` as never }))
    const target = path.join(root, FILES[format] ?? 'out')
    const { rows } = await EXPORT_FORMATS[format](target, { images: [image], classes: [CELL], objects })
    const read = await IMPORT_FORMATS[format === 'yolo-seg' ? 'yolo' : format].read(root, contextOf({ task: 'detection' }))
    // A point has no box in a table of labels: it is left out there, and told.
    expect(read.images[0]!.objects.length + lines(read).filter((line) => line.endsWith('left out')).length).toBe(rows)
  })
})
