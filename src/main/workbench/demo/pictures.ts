import path from 'node:path'
import type { ImageRecord } from '#shared/records/image.ts'
import type { RunId } from '#shared/records/ids.ts'
import { overlayPng } from '../../report/overlay.ts'
import { scatterPng } from '../../report/scatter.ts'
import { countImages } from '../export.ts'
import type { Workbench } from '../workbench.ts'

const OVERLAYS = 2

/** The scatter of counted against annotated, and overlays of the first images: truth solid, predictions dashed. Gives the files. */
export async function demoPictures(
  bench: Workbench,
  runId: RunId,
  images: readonly ImageRecord[],
  score: number,
  folder: string,
): Promise<string[]> {
  const model = bench.model(bench.project.run(runId).modelId)
  const source = `${model.name}, score ≥ ${score}`
  const scatter = path.join(folder, 'scatter.png')
  await scatterPng(
    bench.pictures,
    { title: 'Counted against annotated', source, classes: scatterClasses(bench, runId, images, score) },
    scatter,
  )
  const files = [scatter]
  for (const image of images.slice(0, OVERLAYS)) {
    const file = path.join(folder, `overlay-${path.parse(image.name).name}.png`)
    const predictions = bench.predictions(image.id, runId).filter((p) => p.score >= score)
    const truth = bench.project.db.annotationsOf(image.id)
    const shown = { file: await bench.files.pathOf(image), width: image.width, height: image.height }
    await overlayPng(bench.pictures, { image: shown, classes: bench.classes(), truth, predictions, title: image.name, source }, file)
    files.push(file)
  }
  return files
}

function scatterClasses(bench: Workbench, runId: RunId, images: readonly ImageRecord[], score: number) {
  const truth = countImages(bench.project, images, { kind: 'truth' })
  const counted = countImages(bench.project, images, { kind: 'predictions', runId, score })
  return bench.classes().map(({ id, name, color }) => ({
    name,
    color,
    pairs: images.map((image) => ({
      imageId: image.id,
      annotated: truth.get(image.id)?.get(id) ?? 0,
      counted: counted.get(image.id)?.get(id) ?? 0,
    })),
  }))
}
