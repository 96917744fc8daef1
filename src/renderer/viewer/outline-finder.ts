import { fromErrorInfo } from '#shared/errors.ts'
import { type BitMask } from '#shared/masks/bit-mask.ts'
import { bitMaskOfMap } from '#shared/masks/dense.ts'
import { type Outlined } from '#shared/outline/outliner.ts'
import { type Prompt } from '#shared/outline/prompt.ts'
import { translateBox } from '#shared/geometry/box.ts'
import { type Size } from '#shared/geometry/point.ts'
import { type Stores } from '../state/stores.ts'
import { type ToolState } from '../state/tool.ts'
import { type CanvasPicture } from './canvas-picture.ts'
import { type OutlineAnswer, type OutlineRequest } from './outline-messages.ts'
import { goesOn, holds, outlinePart, promptIn } from './outline-part.ts'
import { createPluggedOutline } from './plugged-outline.ts'
import { visibleBox } from './view-geometry.ts'
import { inImage, pixelsOf, type Part } from './wand-pixels.ts'

/**
 * Outlines objects of the open picture: in a worker, which starts when the tool is picked, or by a model of the person's own where one is
 * chosen.
 */
export interface OutlineFinder {
  /** `before`: what was said before the last click; while more is said of one object, it is looked at on the same pixels. */
  readonly find: (prompt: Prompt, before: Prompt) => Promise<BitMask | null>
  readonly dispose: () => void
}

export function createOutlineFinder(stores: Stores, picture: () => CanvasPicture | null): OutlineFinder {
  let service: OutlineService | null = null
  let kept: { readonly picture: CanvasPicture; readonly part: Part } | null = null
  const started = (): OutlineService => (service ??= startService())
  const seenPart = (now: CanvasPicture): Part | null => {
    const { view, frame } = stores.view.getState()
    return outlinePart(now, visibleBox(view, frame), view.zoom)
  }
  /** The part to work on, its pixels sent ahead; null where there are none. */
  const prepared = (now: CanvasPicture, prompt: Prompt, before: Prompt): Part | null => {
    if (goesOn(before) && kept?.picture === now && holds(kept.part, prompt)) return kept.part
    const part = seenPart(now)
    const pixels = part && pixelsOf(now, part)
    if (part === null || pixels === null) return null
    started().look(part.box, pixels.data)
    kept = { picture: now, part }
    return part
  }
  const plugged = createPluggedOutline(stores, picture)
  const begin = ({ tool, outlineModel }: ToolState): void => {
    if (tool !== 'outline') return
    if (outlineModel === null) started()
    else plugged.look()
  }
  const stop = stores.tool.subscribe((now, before) => {
    if (now.outlineModel !== before.outlineModel) plugged.forget()
    if (now.tool !== before.tool || now.outlineModel !== before.outlineModel) begin(now)
  })
  return {
    find: async (prompt, before) => {
      if (stores.tool.getState().outlineModel !== null) return plugged.find(prompt, before)
      const now = picture()
      const part = now && prepared(now, prompt, before)
      if (now === null || part === null) return null
      const outlined = await started().ask(promptIn(part, prompt))
      return outlined && maskOn(outlined, part, now.size)
    },
    dispose: () => {
      stop()
      service?.stop()
      service = null
    },
  }
}

/** What was found on a part as pixels of the image. */
function maskOn({ box, mask }: Outlined, part: Part, image: Size): BitMask {
  return inImage(bitMaskOfMap(mask, translateBox(box, part.box.x, part.box.y)), part, image)
}

interface OutlineService {
  readonly look: (size: Size, data: Uint8ClampedArray) => void
  readonly ask: (prompt: Prompt) => Promise<Outlined | null>
  readonly stop: () => void
}

interface Waiting {
  readonly resolve: (outlined: Outlined | null) => void
  readonly reject: (reason: unknown) => void
}

const WEIGHTS = new URL('../../../resources/smart-outline/weights.bin', import.meta.url)

function startService(): OutlineService {
  const worker = new Worker(new URL('./outline-worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, Waiting>()
  let last = 0
  const send = (request: OutlineRequest, transfer: Transferable[] = []): void => {
    worker.postMessage(request, transfer)
  }
  const fail = (reason: unknown): void => {
    for (const { reject } of waiting.values()) reject(reason)
    waiting.clear()
  }
  worker.addEventListener('message', ({ data: answer }: MessageEvent<OutlineAnswer>) => {
    if ('error' in answer) {
      fail(fromErrorInfo(answer.error))
      return
    }
    waiting.get(answer.id)?.resolve(answer.outlined)
    waiting.delete(answer.id)
  })
  worker.addEventListener('error', ({ message }) => {
    fail(new Error(message))
  })
  // Whatever is sent meanwhile waits until the network is there.
  const ready = fetch(WEIGHTS).then(async (response) => {
    const file = await response.arrayBuffer()
    send({ kind: 'net', file }, [file])
  })
  ready.catch(fail)
  const afterNet = (request: OutlineRequest, transfer: Transferable[] = []): void => {
    ready.then(() => {
      send(request, transfer)
    }, fail)
  }
  return {
    look: ({ width, height }, data) => {
      afterNet({ kind: 'picture', size: { width, height }, data }, [data.buffer])
    },
    ask: (prompt) =>
      new Promise((resolve, reject) => {
        waiting.set(++last, { resolve, reject })
        afterNet({ kind: 'prompt', id: last, prompt })
      }),
    stop: () => {
      worker.terminate()
      // Nobody waits for it any more.
      for (const { resolve } of waiting.values()) resolve(null)
      waiting.clear()
    },
  }
}
