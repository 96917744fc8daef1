import { describe, expect, it } from 'vitest'
import { type Diff, invertDiff } from '../../../src/shared/records/edit.ts'
import { classId, imageId, predictionId } from '../../../src/shared/records/ids.ts'
import { tellDiff, toldChange } from '../../../src/shared/records/packed-diff.ts'
import type { Shape } from '../../../src/shared/records/shape.ts'
import { box } from '../../main/project/fixtures.ts'

describe('a change as main tells of it', () => {
  it('tells many annotations by columns, image by image, as they are', () => {
    const ring = [1.5, 2, 30.25, 4, 5, 60]
    const shapes: Shape[] = [
      { type: 'polygon', rings: [ring, [7, 8, 9, 8, 9, 11]] },
      { type: 'box', x: 1, y: 2.5, width: 3, height: 4 },
      { type: 'point', x: 3, y: 4 },
      { type: 'ellipse', cx: 5, cy: 6, width: 2, height: 3, angle: 20 },
      { type: 'polyline', points: ring },
      { type: 'mask', x: 0, y: 0, width: 2, height: 2, tiles: [{ column: 0, row: 0, runs: 'AAL+AQI=' }] },
      { type: 'image' },
    ]
    const record = (i: number) => {
      const more = {
        name: `n${i % 3}`,
        note: '',
        locked: i % 2 === 0,
        level: i % 5,
        predictionId: i % 4 === 0 ? predictionId.parse(i) : null,
      }
      return box(`id ${i}`, { imageId: imageId.parse(`image ${i % 2}`), classId: classId.parse(`c${i % 3}`) }, { shape: shapes[i % shapes.length]!, ...more }) // prettier-ignore
    }
    const many = Array.from({ length: 300 }, (_, i) => record(i))
    const none = { added: [], updated: [], removed: [] }
    const rest = { images: none, classes: none, decisions: none, regions: none, flags: none, readings: none, modelNotes: none }
    const told = (diff: Diff) => toldChange.parse({ label: 'Step', kind: 'undo', history: { undo: null, redo: null, sequence: 1 }, diff: tellDiff(diff) }).diff // prettier-ignore
    const byImage = [...many.filter((_, i) => i % 2 === 0), ...many.filter((_, i) => i % 2 === 1)]
    const gone: Diff = { ...rest, annotations: { ...none, removed: many, amended: [] } }
    expect(told(gone)).toEqual({ ...gone, annotations: { ...gone.annotations, removed: byImage } })
    expect(told(invertDiff(gone)).annotations.added).toEqual(byImage)
    // Numbers cross as they lie in memory, not as a list of records.
    expect(tellDiff(gone).annotations.removed).not.toBeInstanceOf(Array)
    const few: Diff = { ...rest, annotations: { ...none, removed: many.slice(0, 5), amended: [] } }
    expect(told(few)).toEqual(few)
    // One or two on each of many images: as many columns each would be far more than the records.
    const spread = many.map((one, i) => ({ ...one, imageId: imageId.parse(`image ${i >> 1}`) }))
    const wide: Diff = { ...rest, annotations: { ...none, added: spread, amended: [] } }
    expect(tellDiff(wide).annotations.added).toBe(spread)
    expect(told(wide)).toEqual(wide)
  })
})
