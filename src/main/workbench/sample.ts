import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { drawn } from './demo/person.ts'
import { makeSmears, SMEAR_CLASSES } from './demo/smears.ts'
import { exists } from './paths.ts'
import { withPictures } from './picture-link.ts'
import { Workbench } from './workbench.ts'

const IMAGES = 24
const LABELLED = 12
const SEED = 11

/** The sample project of synthetic smears, half of it labelled: made once, then opened as it was left. Gives its folder. */
export async function makeSample(folder: string): Promise<string> {
  const project = path.join(folder, 'Sample smears.slidewright')
  if (await exists(path.join(project, 'project.db'))) return project
  await mkdir(folder, { recursive: true })
  const made = await withPictures((pictures) => makeSmears(pictures, path.join(folder, 'images'), IMAGES, SEED))
  const bench = await Workbench.create({ folder: project, task: 'detection', classes: SMEAR_CLASSES })
  try {
    await bench.import({ paths: [path.join(folder, 'images')] })
    const classes = new Map(bench.classes().map((c) => [c.name, c.id]))
    const images = bench.images()
    for (const picture of made.slice(0, LABELLED)) {
      const image = images.find((i) => i.name === picture.name)
      if (!image) continue
      const objects = picture.objects.flatMap(({ className, box }) => {
        const classId = classes.get(className)
        return classId === undefined ? [] : [{ classId, box }]
      })
      bench.edit(drawn(image.id, objects, 'sample'))
      bench.edit({ label: 'Mark as done', put: { images: [{ ...image, state: 'done' }] }, remove: {} })
    }
    return bench.folder
  } finally {
    await bench.close()
  }
}
