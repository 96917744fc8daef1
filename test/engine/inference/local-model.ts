import { areaProbabilities } from '../../../src/engine/inference/area-model.ts'
import type { AreaModel } from '../../../src/engine/inference/probability-rows.ts'
import type { InferenceSession } from '../../../src/engine/inference/session.ts'
import type { Raster } from '../../../src/imaging/raster.ts'
import { createRandom } from '#shared/random.ts'

// A segmenter of one class that looks at the pixels right around each pixel and at nothing else: what it says can be checked by hand.

/** Tells of each pixel the mean of grey levels around it (outside of the input: 0), as the logit of the only class. */
export function blurSession(): InferenceSession {
  return session((at, x, y) => {
    let sum = 0
    for (let v = y - 1; v <= y + 1; v++) for (let u = x - 1; u <= x + 1; u++) sum += at(u, v)
    return (sum / 9 - 127) / 20
  })
}

/** Tells of each pixel the grey level of the pixel to the left: mirrored inputs give another result. */
export function shiftSession(): InferenceSession {
  return session((at, x, y) => (at(x - 1, y) - 127) / 20)
}

function session(logit: (at: (x: number, y: number) => number, x: number, y: number) => number): InferenceSession {
  return {
    runtime: 'test',
    run: (pixels, batch, height, width) => {
      const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= width || y >= height ? 0 : pixels[y * width + x]!)
      const data = Float32Array.from({ length: height * width }, (_, i) => logit(at, i % width, Math.floor(i / width)))
      return Promise.resolve({ logits: { shape: [batch, height, width, 1], data } })
    },
    dispose: () => Promise.resolve(),
  }
}

export function localModel(part: Partial<AreaModel> = {}): AreaModel {
  return {
    session: blurSession(),
    size: [512, 512],
    channels: 1,
    multiple: 8,
    fixed: false,
    pixelsPerInput: 1,
    shares: 2,
    probabilities: (logits, pixels) => areaProbabilities(logits, pixels, 1, false),
    ...part,
  }
}

/** Grey blobs: neighbouring pixels are alike. */
export function blobs(width: number, height: number, seed: number): Raster {
  const random = createRandom(seed)
  const discs = Array.from({ length: 12 }, () => ({ x: random.uniform(0, width), y: random.uniform(0, height), r: random.uniform(2, 14) }))
  const data = Uint8Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    return discs.some((disc) => Math.hypot(x - disc.x, y - disc.y) < disc.r) ? 180 + random.int(60) : 40 + random.int(60)
  })
  return { width, height, channels: 1, data }
}
