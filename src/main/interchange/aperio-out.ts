import { assertNever } from '#shared/assert.ts'
import { shapeBounds } from '#shared/geometry/shape-bounds.ts'
import type { ClassRecord } from '#shared/records/class.ts'
import type { Shape } from '#shared/records/shape.ts'
import { isUpright, isWritten, lossNotes } from './format-limits.ts'
import { polygonsOfRings } from './geojson-rings.ts'
import { objectsByImage, orderedClasses, rounded, type LabelledObject, type LabelSet, type WrittenLabels } from './label-set.ts'
import { oneRing, ringsOf } from './outline.ts'
import { writeEach, writeFilePerImage } from './per-image-out.ts'
import { attributesXml } from './xml-text.ts'

/**
 * Writes XML of Aperio ImageScope, a file an image: a layer a class with its colour, a region an object (boxes Type 1, upright ellipses Type 2 by two corners, rulers Type 4, points Type 5), holes as negative
 * regions that name theirs (`InputRegionId`), pieces of one area joined by passages of no width, notes as texts; coordinates with four decimals.
 *
 * @throws AppError as `writeFilePerImage`.
 */
export async function writeAperio(target: string, set: LabelSet): Promise<WrittenLabels> {
  const classes = orderedClasses(set.classes)
  await writeFilePerImage(target, set, {
    ending: '.xml',
    single: /\.xml$/i,
    write: async (handle, image, objects) => {
      await handle.write(`<Annotations${attributesXml({ MicronsPerPixel: image.micronsPerPixel ?? undefined })}>\n`)
      for (const [i, of] of classes.entries()) {
        const own = objects.filter(({ classId }) => classId === of.id)
        // Without any layer the file would be none of ImageScope's; with empty ones it says that there is nothing.
        if (own.length === 0 && objects.length > 0) continue
        const layer = {
          Id: i + 1,
          Name: of.name,
          ReadOnly: 0,
          NameReadOnly: 0,
          LineColorReadOnly: 0,
          Incremental: 0,
          Type: 4,
          LineColor: bgrOf(of),
          Visible: 1,
          Selected: 0,
          MarkupImagePath: '',
          MacroName: '',
        }
        await handle.write(` <Annotation${attributesXml(layer)}>\n  <Attributes/>\n  <Regions>\n`)
        let id = 0
        await writeEach(handle, own, (object) => {
          const text = regionsXml(object, id + 1)
          id += text.length
          return text.join('')
        })
        await handle.write('  </Regions>\n  <Plots/>\n </Annotation>\n')
      }
      await handle.write('</Annotations>\n')
    },
  })
  const rows = [...objectsByImage(set).values()].flat().filter(({ shape }) => isWritten('aperio', shape)).length
  return { rows, notes: lossNotes('aperio', set) }
}

function bgrOf({ color }: ClassRecord): number {
  const rgb = Number.parseInt(color.slice(1), 16)
  return ((rgb & 255) << 16) | (rgb & 0xff00) | (rgb >> 16)
}

/** An object's region, then those of its holes; ids count from `first`. */
function regionsXml({ shape, note = '' }: LabelledObject, first: number): string[] {
  const parts = partsOf(shape)
  return parts.map(({ type, ring }, i) => {
    const hole = i > 0
    const head = {
      Id: first + i,
      Type: type,
      Zoom: 1,
      Selected: 0,
      ImageLocation: '',
      ImageFocus: -1,
      Text: hole ? '' : note,
      NegativeROA: hole ? 1 : 0,
      InputRegionId: hole ? first : 0,
      Analyze: 1,
      DisplayId: first + i,
    }
    const vertices = ring.flatMap((value, at) =>
      at % 2 === 0 ? [`     <Vertex${attributesXml({ X: rounded(value, 4), Y: rounded(ring[at + 1]!, 4), Z: 0 })}/>\n`] : [],
    )
    return `   <Region${attributesXml(head)}>\n    <Attributes/>\n    <Vertices>\n${vertices.join('')}    </Vertices>\n   </Region>\n`
  })
}

interface Part {
  readonly type: number
  readonly ring: readonly number[]
}

/** The region, and its holes. */
function partsOf(shape: Shape): Part[] {
  switch (shape.type) {
    case 'box':
      return [{ type: 1, ring: oneRing(ringsOf(shape)) }]
    case 'ellipse': {
      if (!isUpright(shape)) return [{ type: 0, ring: oneRing(ringsOf(shape)) }]
      const { x, y, width, height } = shapeBounds(shape)
      return [{ type: 2, ring: [x, y, x + width, y + height] }]
    }
    case 'ruler':
      return [{ type: 4, ring: shape.points }]
    case 'polyline':
      return []
    case 'rotated-box':
    case 'polygon':
    case 'mask': {
      const polygons = polygonsOfRings(ringsOf(shape)).map((rings) => rings.map((ring) => ring.slice(0, -1).flat()))
      const outer = oneRing(polygons.map(([ring]) => ring!))
      return [outer, ...polygons.flatMap(([, ...holes]) => holes)].map((ring) => ({ type: 0, ring }))
    }
    case 'point':
      return [{ type: 5, ring: [shape.x, shape.y] }]
    case 'image':
      return []
    default:
      return assertNever(shape)
  }
}
