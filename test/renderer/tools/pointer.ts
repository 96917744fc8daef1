import { expect } from 'vitest'
import { annotationId, predictionId } from '../../../src/shared/records/ids.ts'
import { type Effect, type Gesture, type GestureContext, IDLE, type PointerInput, type Step } from '../../../src/renderer/tools/gesture.ts'
import { areasWithin, selectedAreas } from '../../../src/renderer/tools/area-effects.ts'
import { pointerStep } from '../../../src/renderer/tools/gesture-machine.ts'
import { targetIn } from '../../../src/renderer/tools/targets.ts'
import { middlesInside, middlesWithin, type ObjectId, type SceneObject } from '../../../src/renderer/viewer/scene.ts'
import { RBC } from '../records.ts'
import { buildScene } from '../scenes.ts'

// A hand without a mouse: pointer events at places of the image, one image pixel being one screen pixel unless told otherwise.

export const objectOf = (id: string | number, shape: SceneObject['shape']): SceneObject => ({
  id: typeof id === 'number' ? predictionId.parse(id) : annotationId.parse(id),
  classId: RBC,
  shape,
  score: typeof id === 'number' ? 0.8 : null,
})

export function contextOf(objects: readonly SceneObject[], given: Partial<GestureContext> = {}): GestureContext {
  const scene = buildScene(objects)
  const context: GestureContext = {
    tool: 'select',
    panHeld: false,
    readOnly: false,
    image: { width: 640, height: 480 },
    view: { zoom: 1, centre: { x: 320, y: 240 }, angle: 0 },
    classId: RBC,
    selected: new Set(),
    object: (id) => scene.byId.get(id),
    targetAt: ({ image }) => targetIn(scene, context.selected, image, context.view.zoom),
    middlesWithin: (box) => middlesWithin(scene, box, context.view.angle),
    middlesInside: (ring) => middlesInside(scene, ring),
    ...{ brushSize: 20, adding: false, outside: false, tolerance: 12 },
    areasWithin: (box) => areasWithin(scene, box),
    selectedAreas: () => selectedAreas(scene, context.selected),
    likeAt: () => null,
    ...given,
  }
  return context
}

export type Held = Partial<Pick<PointerInput, 'shift' | 'alt' | 'mod' | 'button' | 'pressure'>>

export const at = (kind: PointerInput['kind'], x: number, y: number, held: Held = {}, zoom = 1): PointerInput => ({
  ...{ kind, screen: { x: x * zoom, y: y * zoom }, image: { x, y }, button: 0, shift: false, alt: false, mod: false },
  ...held,
})

/** A hand that remembers the gesture and all effects. Selections made by effects hold from then on. */
export class Hand {
  gesture: Gesture = IDLE
  readonly effects: Effect[] = []
  context: GestureContext

  constructor(context: GestureContext) {
    this.context = context
  }

  take({ gesture, effects }: Step): this {
    this.gesture = gesture
    this.effects.push(...effects)
    for (const effect of effects) {
      if (effect.kind === 'select') this.context = { ...this.context, selected: effect.ids }
      if (effect.kind === 'view') this.context = { ...this.context, view: effect.view }
    }
    return this
  }

  private feed(kind: PointerInput['kind'], x: number, y: number, held: Held): this {
    return this.take(pointerStep(this.gesture, at(kind, x, y, held, this.context.view.zoom), this.context))
  }

  down = (x: number, y: number, held: Held = {}): this => this.feed('down', x, y, held)
  move = (x: number, y: number, held: Held = {}): this => this.feed('move', x, y, held)
  up = (x: number, y: number, held: Held = {}): this => this.feed('up', x, y, held)
  click = (x: number, y: number, held: Held = {}): this => this.down(x, y, held).up(x, y, held)
  drag = (from: readonly [number, number], to: readonly [number, number], held: Held = {}): this =>
    this.down(...from, held)
      .move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, held)
      .move(...to, held)
      .up(...to, held)

  /** The effects that change the document. */
  get changes(): Effect[] {
    return this.effects.filter(({ kind }) => kind === 'draw' || kind === 'reshape' || kind === 'copy' || kind === 'areas')
  }
  get selected(): ObjectId[] {
    return [...this.context.selected]
  }
  isAtRest(): void {
    expect(this.gesture).toBe(IDLE)
  }
}
