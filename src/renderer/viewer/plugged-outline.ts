import { boxContainsBox, clipBox, scaleBox, type Box } from '#shared/geometry/box.ts'
import { type OutlineView } from '#shared/contracts/outliner.ts'
import { type BitMask } from '#shared/masks/bit-mask.ts'
import { bitMaskOf } from '#shared/masks/mask-shape.ts'
import { shiftMask } from '#shared/masks/shift-mask.ts'
import { type Prompt } from '#shared/outline/prompt.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { type Stores } from '../state/stores.ts'
import { type CanvasPicture } from './canvas-picture.ts'
import { goesOn, holds, outlinePart, promptIn } from './outline-part.ts'
import { visibleBox } from './view-geometry.ts'
import { inImage, type Part } from './wand-pixels.ts'

/** Views that are remembered as looked at; the model's process remembers as many (src/engine/prompting/outliner.ts). */
const MOST_VIEWS = 16

/** Outlines by a model of the person's own, which runs beside main: it looks at a view once, then answers clicks. */
export interface PluggedOutline {
  readonly find: (prompt: Prompt, before: Prompt) => Promise<BitMask | null>
  /** Has it look at what is in sight, so that the first click need not wait. */
  readonly look: () => void
  /** What was looked at was by another model. */
  readonly forget: () => void
}

interface Looked {
  readonly picture: CanvasPicture
  readonly part: Part
  readonly done: Promise<unknown>
}

type Means = Pick<Stores, 'clients' | 'document' | 'tool' | 'view'>

export function createPluggedOutline({ clients, document, tool, view }: Means, picture: () => CanvasPicture | null): PluggedOutline {
  let looked: readonly Looked[] = []
  let last: Looked | null = null
  const seenPart = (now: CanvasPicture): { part: Part | null; seen: Box | null } => {
    const { view: shown, frame } = view.getState()
    const seen = visibleBox(shown, frame)
    return { part: outlinePart(now, seen, shown.zoom), seen: clipBox(seen, now.size) }
  }
  const begin = (imageId: ImageId, now: CanvasPicture, part: Part): Looked => {
    const done = clients.work.outlineLook({ imageId, view: viewOf(part) })
    const one: Looked = { picture: now, part, done }
    looked = [...looked, one].slice(-MOST_VIEWS)
    tool.beginLook(done)
    // Whoever asks hears of it.
    done.catch(() => {
      looked = looked.filter((other) => other !== one)
    })
    return one
  }
  /** A view that serves, looked at or being looked at; null where the picture is not there yet. */
  const current = (prompt: Prompt | null, before: Prompt | null): Looked | null => {
    const [now, { imageId }] = [picture(), document.getState()]
    if (now === null || imageId === null) return null
    if (prompt !== null && before !== null && goesOn(before) && last?.picture === now && holds(last.part, prompt)) return last
    const { part, seen } = seenPart(now)
    if (part === null || seen === null) return null
    const serving = looked.find(
      (one) => one.picture === now && serves(one.part, part, seen) && (prompt === null || holds(one.part, prompt)),
    )
    return serving ?? begin(imageId, now, part)
  }
  return {
    find: async (prompt, before) => {
      const { imageId } = document.getState()
      const one = current(prompt, before)
      if (one === null || imageId === null) return null
      last = one
      const { part } = one
      await one.done
      const said = { prompt: plain(promptIn(part, prompt)), before: plain(promptIn(part, before)) }
      const { mask } = await clients.work.outline({ imageId, view: viewOf(part), ...said })
      return mask && inImage(shiftMask(bitMaskOf(mask), part.box.x, part.box.y), part, one.picture.size)
    },
    look: () => {
      current(null, null)
    },
    forget: () => {
      looked = []
      last = null
    },
  }
}

/** A part as main knows it: pixels of the image, and as how many it is looked at. */
function viewOf({ box, scale }: Part): OutlineView {
  return { box: scaleBox(box, scale), width: box.width, height: box.height }
}

/** Whether a view that was looked at shows all that is in sight, at no less than half the fineness that a new one would have. */
function serves(old: Part, fresh: Part, seen: Box): boolean {
  const side = ({ box, scale }: Part): number => Math.max(box.width, box.height) * scale
  return boxContainsBox(scaleBox(old.box, old.scale), seen) && side(old) <= 2 * side(fresh)
}

/** As the contract has it, whose lists may be changed. */
const plain = ({ clicks, box }: Prompt) => ({ clicks: [...clicks], box })
