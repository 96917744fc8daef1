import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { JobSamples } from '#shared/contracts/job.ts'
import { imageId } from '#shared/records/ids.ts'
import { withoutDoubtfulBackground } from '../src/main/workbench/tasks/missing-labels.ts'

/** The blood smears of ../shared/data/bccd as a training job has them, by their official lists. */
export const BCCD_CLASSES = ['RBC', 'WBC', 'Platelets'] as const

type Sample = JobSamples['train'][number]

export function bccdFolder(): string {
  const folder = path.resolve(import.meta.dirname, '../../shared/data/bccd')
  if (!existsSync(folder)) throw new Error('There is no ../shared/data/bccd beside the repository.')
  return folder
}

export async function readBccd(folder: string, limit = Infinity): Promise<JobSamples> {
  const part = async (split: string): Promise<Sample[]> => {
    const names = (await readFile(path.join(folder, 'ImageSets/Main', `${split}.txt`), 'utf8')).trim().split(/\s+/).slice(0, limit)
    return Promise.all(names.map((name) => readSample(folder, name)))
  }
  // As the app gives them to a training.
  const seen = (await part('train')).map((sample) => ({
    ...sample,
    image: { width: sample.width, height: sample.height, state: 'done' as const },
  }))
  const train = withoutDoubtfulBackground(seen).map(({ image: _, ...sample }) => sample)
  return { task: 'detection', classes: [...BCCD_CLASSES], train, val: await part('val') }
}

async function readSample(folder: string, name: string): Promise<Sample> {
  const xml = await readFile(path.join(folder, 'Annotations', `${name}.xml`), 'utf8')
  const labels = [...xml.matchAll(/<object>.*?<\/object>/gs)].flatMap(([object]) => {
    const classIndex = BCCD_CLASSES.findIndex((known) => object.includes(`<name>${known}</name>`))
    const edge = (tag: string): number => Number(new RegExp(`<${tag}>(-?[\\d.]+)</${tag}>`).exec(object)?.[1])
    const box = {
      type: 'box' as const,
      x: edge('xmin'),
      y: edge('ymin'),
      width: edge('xmax') - edge('xmin'),
      height: edge('ymax') - edge('ymin'),
    }
    return classIndex < 0 || !(box.width > 0 && box.height > 0) ? [] : [{ shape: box, classIndex, ignore: false }]
  })
  const size = (tag: string): number => Number(new RegExp(`<${tag}>(\\d+)</${tag}>`).exec(xml)?.[1])
  return {
    id: imageId.parse(name),
    path: path.join(folder, 'JPEGImages', `${name}.jpg`),
    width: size('width'),
    height: size('height'),
    labels,
  }
}
