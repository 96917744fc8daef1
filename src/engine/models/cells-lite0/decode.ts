import { must } from '#shared/assert.ts'
import { boxFromCorners, clipBox } from '#shared/geometry/box.ts'
import type { RawOutputs } from '../../inference/session.ts'
import { bestOfEachObject } from '../best-boxes.ts'
import type { DecodeOptions, Detection } from '../detection-preset.ts'
import { distanceOf } from './box-coding.ts'
import { cellMaps } from './grid.ts'
import type { CellDetectorSettings } from './settings.ts'

/** Boxes of one image of a batch: sigmoid scores of at least `minScore`, cut to the frame, NMS in each class, best score first. */
export function decodeCells(outputs: RawOutputs, index: number, options: DecodeOptions, settings: CellDetectorSettings): Detection[] {
  const logits = must(outputs['class'], 'class logits')
  const distances = must(outputs['box'], 'box outputs').data
  const [, cells = 0, classes = 0] = logits.shape
  // Compared as logits: no exponential for the thousands of cells that show nothing.
  const least = Math.log(options.minScore / (1 - options.minScore))
  const found: Detection[] = []
  for (const map of cellMaps(options.height, options.width, settings.strides)) {
    for (let i = 0; i < map.rows * map.columns; i++) {
      const cell = index * cells + map.start + i
      for (let classIndex = 0; classIndex < classes; classIndex++) {
        const logit = logits.data[cell * classes + classIndex]!
        if (!(logit >= least)) continue
        const x = ((i % map.columns) + 0.5) * map.stride
        const y = (Math.floor(i / map.columns) + 0.5) * map.stride
        const [left, top, right, bottom] = [0, 1, 2, 3].map((side) => distanceOf(distances[cell * 4 + side]!, map.stride)) as [
          number,
          number,
          number,
          number,
        ]
        const box = clipBox(boxFromCorners(x - left, y - top, x + right, y + bottom), options)
        if (box !== null) found.push({ box, classIndex, score: 1 / (1 + Math.exp(-logit)) })
      }
    }
  }
  return bestOfEachObject(found, settings.nmsIou, options.maxDetections)
}
