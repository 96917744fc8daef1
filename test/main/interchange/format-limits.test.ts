import { describe, expect, it } from 'vitest'
import type { LabelFormatName } from '../../../src/shared/contracts/project.ts'
import type { Shape } from '../../../src/shared/records/shape.ts'
import { lossNotes } from '../../../src/main/interchange/format-limits.ts'
import { CLASSES, IMAGE } from './round-trip.ts'
import { makeAnnotation } from './records.ts'

const frame = { cx: 10, cy: 10, width: 8, height: 4 }
const shapes: Shape[] = [
  ...[0, 30, 90].map((angle) => ({ type: 'ellipse' as const, ...frame, angle })),
  { type: 'ellipse', ...frame, height: 8, angle: 0 },
  { type: 'rotated-box', ...frame, angle: 30 },
  { type: 'polyline', points: [1, 1, 5, 5] },
  { type: 'ruler', points: [1, 1, 5, 5] },
]
const set = {
  images: [IMAGE],
  classes: CLASSES,
  objects: shapes.map((shape, i) => makeAnnotation(IMAGE, CLASSES[0]!, shape, { id: `a${i}` as never })),
}

describe('what formats make of ellipses, rotated boxes, lines and rulers', () => {
  it.each<[LabelFormatName, string[]]>([
    [
      'csv',
      ['4 ellipses become the boxes round them.', '1 rotated box becomes the box round it.', '1 line is left out.', '1 ruler is left out.'],
    ],
    ['coco', ['4 ellipses become outlines.', '1 rotated box becomes an outline.', '1 line is left out.', '1 ruler is left out.']],
    [
      'voc',
      ['4 ellipses become the boxes round them.', '1 rotated box becomes the box round it.', '1 line is left out.', '1 ruler is left out.'],
    ],
    [
      'yolo',
      ['4 ellipses become the boxes round them.', '1 rotated box becomes the box round it.', '1 line is left out.', '1 ruler is left out.'],
    ],
    ['yolo-seg', ['4 ellipses become outlines.', '1 rotated box becomes an outline.', '1 line is left out.', '1 ruler is left out.']],
    [
      'geojson',
      [
        '4 ellipses become outlines.',
        '1 rotated box becomes an outline.',
        '1 ruler becomes a line, which counts as an object where it is read.',
      ],
    ],
    ['cvat', ['1 ruler becomes a line, which counts as an object where it is read.']],
    ['labelstudio', ['1 line is left out.', '1 ruler is left out.']],
    [
      'labelme',
      [
        '3 ellipses become outlines.',
        '1 rotated box becomes an outline.',
        '1 ruler becomes a line, which counts as an object where it is read.',
      ],
    ],
    ['w3c', ['1 ruler becomes a line, which counts as an object where it is read.']],
    ['asap', ['4 ellipses become outlines.', '1 rotated box becomes an outline.', '1 line is left out.', '1 ruler is left out.']],
    ['aperio', ['1 ellipse becomes an outline.', '1 rotated box becomes an outline.', '1 line is left out.']],
  ])('%s says it before anything is written', (format, notes) => {
    expect(lossNotes(format, set)).toEqual(notes)
  })
})
