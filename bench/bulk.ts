// How long a fact of many objects takes until it is on the disk, without a window: another class for 10,000 of 100,000 objects, its undo and
// its redo; then a note for the same. Beside it stands what the disk alone takes to sync as many bytes as the edit writes.
// Use: node bench/bulk.ts [objects given it, 10000] [objects in the project, 100000] [times, 10]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createRandom } from '#shared/random.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import type { Edit } from '#shared/records/edit.ts'
import { annotationId, newId } from '#shared/records/ids.ts'
import { createProject } from '../src/main/project/create.ts'
import type { ProjectDatabase } from '../src/main/project/database.ts'
import { plainImage } from './plain-image.ts'

const AT = '2026-01-01T00:00:00.000Z'
const [many, all, times] = [Number(process.argv[2] ?? 10_000), Number(process.argv[3] ?? 100_000), Number(process.argv[4] ?? 10)]
const random = createRandom(3)

async function filled(folder: string): Promise<ProjectDatabase> {
  const project = await createProject(folder, { task: 'segmentation', classes: ['Tumour', 'Stroma', 'Lymphocyte'] })
  const image = plainImage('image', { name: 'slide.svs', width: 100_000, height: 100_000, micronsPerPixel: 0.25, objective: 40 })
  project.commit({ label: 'Image', put: { images: [image] }, remove: {} })
  const classes = project.classes()
  const cell = (i: number): AnnotationRecord => {
    const [x, y, radius] = [random.uniform(20, 99_980), random.uniform(20, 99_980), random.uniform(4, 12)]
    const ring = Array.from({ length: 48 }, (_, k) => {
      const turn = (2 * Math.PI * (k >> 1)) / 24
      return k % 2 === 0 ? x + radius * Math.cos(turn) : y + radius * Math.sin(turn)
    })
    const own = { id: annotationId.parse(newId()), imageId: image.id, classId: classes[i % 3]!.id }
    const told = { origin: 'imported' as const, predictionId: null, ...PLAIN, author: 'Bench' }
    return { ...own, shape: { type: 'polygon', rings: [ring] }, ...told, createdAt: AT, updatedAt: AT }
  }
  for (let from = 0; from < all; from += 10_000)
    project.commit({
      label: 'Import',
      put: { annotations: Array.from({ length: Math.min(10_000, all - from) }, (_, i) => cell(i)) },
      remove: {},
    })
  return project
}

function timed(into: number[], task: () => unknown): void {
  const started = performance.now()
  task()
  into.push(performance.now() - started)
}

function median(values: readonly number[]): number {
  return Math.round([...values].sort((a, b) => a - b)[values.length >> 1]!)
}

/** `after`, which is not timed, makes the next edit possible. */
function measure(project: ProjectDatabase, editOf: (i: number) => Edit, after: () => unknown = () => undefined): Record<string, number> {
  const [edits, undos, redos]: [number[], number[], number[]] = [[], [], []]
  for (let i = 0; i < times; i++) {
    timed(edits, () => project.commit(editOf(i)))
    timed(undos, () => project.undo())
    timed(redos, () => project.redo())
    after()
  }
  return { 'edit ms': median(edits), 'undo ms': median(undos), 'redo ms': median(redos), 'slowest edit ms': Math.round(Math.max(...edits)) }
}

const parent = mkdtempSync(path.join(tmpdir(), 'slidewright-bench-'))
try {
  const project = await filled(path.join(parent, 'bulk'))
  const classes = project.classes()
  const annotations = project.annotations().slice(0, many).map(({ id }) => id) // prettier-ignore
  const amend = (to: object, i: number): Edit => ({
    label: 'Relabel',
    put: {},
    remove: {},
    amend: { annotations, to: { ...to, updatedAt: new Date(Date.UTC(2026, 1, 1) + i).toISOString() } },
  })
  console.log(`${annotations.length} of ${all} objects, median of ${times}`)
  console.table({
    'another class': measure(project, (i) => amend({ classId: classes[i % 3]!.id }, i)),
    'a note': measure(project, (i) => amend({ note: `note ${i}` }, i)),
    'a lock': measure(project, (i) => amend({ locked: i % 2 === 0 }, i)),
    removal: measure(
      project,
      () => ({ label: 'Delete', put: {}, remove: { annotations } }),
      () => project.undo(),
    ),
  })

  await project.close()
} finally {
  rmSync(parent, { recursive: true, force: true })
}
