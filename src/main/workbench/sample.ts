import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { expandBox, intersectionArea } from '#shared/geometry/box.ts'
import { type ImageRecord } from '#shared/records/image.ts'
import { drawn } from './demo/person.ts'
import { makeSmears, SMEAR_CLASSES, type MadeImage } from './demo/smears.ts'
import { exists } from './paths.ts'
import { withPictures } from './picture-link.ts'
import { Workbench } from './workbench.ts'

const IMAGES = 24
const LABELLED = 12
const SEED = 11
/** Red cells that have no box yet on the image after the labelled ones: nobody boxes forty cells to see how it goes. */
const LEFT_OVER = 3

/** The sample project of synthetic smears, half of it labelled and one image nearly so: made once, then opened as it was left. Gives its folder. */
export async function makeSample(folder: string): Promise<string> {
  const project = path.join(folder, 'Sample smears.slidewright')
  if (await exists(path.join(project, 'project.db'))) return project
  await mkdir(folder, { recursive: true })
  const made = await withPictures((pictures) => makeSmears(pictures, path.join(folder, 'images'), IMAGES, SEED))
  const bench = await Workbench.create({ folder: project, task: 'detection', classes: SMEAR_CLASSES })
  try {
    await bench.import({ paths: [path.join(folder, 'images')] })
    const images = new Map(bench.images().map((image) => [image.name, image]))
    for (const [at, { name, objects }] of made.slice(0, LABELLED + 1).entries()) {
      const image = images.get(name)
      if (!image) continue
      if (at < LABELLED) label(bench, image, objects, 'done')
      else label(bench, image, allBut(leftOver(objects, image), objects), 'in-work')
    }
    return bench.folder
  } finally {
    await bench.close()
  }
}

type MadeObject = MadeImage['objects'][number]

function label(bench: Workbench, image: ImageRecord, objects: readonly MadeObject[], state: 'done' | 'in-work'): void {
  const classes = new Map(bench.classes().map((c) => [c.name, c.id]))
  const known = objects.flatMap(({ className, box }) => {
    const classId = classes.get(className)
    return classId === undefined ? [] : [{ classId, box }]
  })
  const edit = drawn(image.id, known, 'sample')
  bench.edit({ ...edit, put: { ...edit.put, images: [{ ...image, state: 'in-work' }] } })
  if (state === 'done') bench.edit({ label: 'Mark as done', put: { images: [{ ...image, state }] }, remove: {} })
}

const allBut = (some: readonly MadeObject[], objects: readonly MadeObject[]): MadeObject[] => objects.filter((one) => !some.includes(one))

/** Those red cells that lie most by themselves within the image: they are found at once, and a box round one is plain to draw. */
function leftOver(objects: readonly MadeObject[], { width, height }: ImageRecord): MadeObject[] {
  const within = expandBox({ x: 0, y: 0, width, height }, -20)
  const crowd = ({ box }: MadeObject): number => {
    const around = expandBox(box, 12)
    return objects.reduce((sum, other) => sum + (other.box === box ? 0 : intersectionArea(around, other.box)), 0)
  }
  return objects
    .filter(({ className, box }) => className === 'RBC' && intersectionArea(box, within) === box.width * box.height)
    .toSorted((a, b) => crowd(a) - crowd(b))
    .slice(0, LEFT_OVER)
}
