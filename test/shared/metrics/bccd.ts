import { existsSync, readFileSync } from 'node:fs'
import { type PredictedBox, type TruthBox } from '#shared/metrics/detection-records.ts'
import { createRandom } from '#shared/random.ts'

const FOLDER = new URL('../../../../shared/data/bccd/', import.meta.url)
const CLASSES: Readonly<Record<string, number>> = { RBC: 1, WBC: 2, Platelets: 3 }

export const hasBccd = existsSync(FOLDER)

/** The validation images' boxes (image = line of val.txt), and detections jittered from them as tools/golden/coco-ap.py does. */
export function jitteredBccd(): { truths: TruthBox[]; detections: PredictedBox[] } {
  const random = createRandom(2024)
  const names = readFileSync(new URL('ImageSets/Main/val.txt', FOLDER), 'utf8').trim().split(/\s+/)
  const truths: TruthBox[] = []
  const detections: PredictedBox[] = []
  for (const [imageId, name] of names.entries())
    for (const truth of boxesOf(readFileSync(new URL(`Annotations/${name}.xml`, FOLDER), 'utf8'))) {
      truths.push({ ...truth, id: truths.length, imageId })
      const { x, y, width, height } = truth.box
      if (random.next() < 0.1) continue
      const [dx, dy, dw, dh] = [0, 0, 0, 0].map(() => 0.2 * (random.next() - 0.5)) as [number, number, number, number]
      const box = { x: x + dx * width, y: y + dy * height, width: width + dw * width, height: height + dh * height }
      const classId = random.next() < 0.95 ? truth.classId : 1
      detections.push({ id: detections.length, imageId, classId, box, score: 0.25 + 0.75 * random.next() })
      if (random.next() < 0.15)
        detections.push({
          id: detections.length,
          imageId,
          classId,
          box: { x: x + 0.5 * width, y, width, height },
          score: 0.6 * random.next(),
        })
    }
  return { truths, detections }
}

function boxesOf(xml: string): Omit<TruthBox, 'imageId'>[] {
  return Array.from(xml.matchAll(/<object>.*?<\/object>/gs), ([object]) => {
    const side = (tag: string): number => Number(new RegExp(`<${tag}>\\s*(-?\\d+)`).exec(object)![1])
    const [x, y] = [side('xmin'), side('ymin')]
    const name = /<name>\s*(\w+)/.exec(object)![1]!
    return { classId: CLASSES[name]!, box: { x, y, width: side('xmax') - x, height: side('ymax') - y } }
  })
}
