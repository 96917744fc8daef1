import { isDeepStrictEqual } from 'node:util'
import type { AnnotationRecord } from '#shared/records/annotation.ts'
import type { AnnotationId } from '#shared/records/ids.ts'
import { type FileMeasurements, measurementsOf, type NamedNumbers } from '#shared/records/measurement.ts'
import type { LabelledObject, MeasuredObjects } from '../interchange/label-set.ts'
import type { ProjectDatabase } from '../project/database.ts'
import { type Measured, shapeMark } from '../project/tables/measurements.ts'

/** What the file that an annotation came from had measured of it; null where there is nothing. */
export function measurementsOn(db: ProjectDatabase, id: AnnotationId): FileMeasurements | null {
  const annotation = db.annotation(id)
  const found = db.measurements((table) => table.get(id))
  if (annotation === undefined || found === undefined) return null
  return { changed: found.mark !== shapeMark(annotation.shape), measurements: measurementsOf(found.measured) }
}

/** Whether a file has measured other things of labels, or more, than is known of those that an image has. */
export function bringsMeasurements(db: ProjectDatabase, before: readonly AnnotationRecord[], brought: readonly Measured[]): boolean {
  if (brought.length === 0) return false
  const text = (numbers: NamedNumbers): string => JSON.stringify(measurementsOf(numbers))
  const known = db.measurements((table) => before.flatMap(({ id }) => table.get(id)?.measured ?? []))
  return !isDeepStrictEqual(known.map(text).sort(), brought.map(({ measured }) => text(measured)).sort())
}

/** What files had measured of annotations, as they go out. */
export function measuredObjects(db: ProjectDatabase): MeasuredObjects {
  const shapes = db.measurements((table) => table.shapes())
  // To tell whether a shape is still the same takes some microseconds, and is asked twice or more.
  const told = new Map<LabelledObject, 'kept' | 'changed'>()
  const standing = (object: LabelledObject): ReturnType<MeasuredObjects['standing']> => {
    const measured = shapes.get(idOf(object))
    if (measured === undefined) return 'none'
    const known = told.get(object) ?? (measured.mark === shapeMark(object.shape) ? 'kept' : 'changed')
    told.set(object, known)
    return known
  }
  return {
    standing,
    of: (object) => {
      const found = standing(object) === 'kept' ? db.measurements((table) => table.get(idOf(object))) : undefined
      return found === undefined ? [] : measurementsOf(found.measured)
    },
    names: (objects) => {
      const lists = new Set<number>()
      for (const object of objects) if (standing(object) === 'kept') lists.add(shapes.get(idOf(object))!.names)
      const inOrder = [...lists].sort((a, b) => a - b)
      return [...new Set(inOrder.flatMap((key) => db.measurements((table) => table.names(key))))]
    },
  }
}

/** Sets of annotations hold their records. */
const idOf = (object: LabelledObject): AnnotationId => (object as AnnotationRecord).id
