import { type Point } from '#shared/geometry/point.ts'
import { frameOf, gripAt } from '../viewer/frame-handles.ts'
import { hitAll, type ObjectId, type Scene } from '../viewer/scene.ts'
import { cornerAt, isCornered } from './corner-gesture.ts'
import { type Target } from './gesture.ts'

/** What is under a point of the image: a handle or a corner of the only selected object, else an object. `zoom`: CSS pixels an image pixel. */
export function targetIn(scene: Scene, selected: ReadonlySet<ObjectId>, image: Point, zoom: number): Target {
  const [only] = selected
  const object = selected.size === 1 && only !== undefined ? scene.byId.get(only) : undefined
  const shape = object?.locked === true ? undefined : object?.shape
  const hits = hitAll(scene, image, zoom)
  const [first] = hits
  const framed = shape && frameOf(shape)
  if (only !== undefined && framed) {
    const grip = gripAt(framed, image, zoom)
    if (grip === 'turn') return { kind: 'turn', id: only, under: first?.id ?? null }
    if (grip !== null) return { kind: 'handle', id: only, handle: grip }
  }
  if (only !== undefined && shape && isCornered(shape)) {
    const place = cornerAt(shape, image, zoom)
    if (place !== null) return { kind: 'corner', id: only, place }
  }
  return first ? { kind: 'object', id: first.id, grip: hits.some(({ id }) => selected.has(id)) } : { kind: 'empty' }
}
