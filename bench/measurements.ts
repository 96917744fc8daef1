// What measurements that a file brings weigh: a project of outlined cells without and with so many numbers a cell, its size on disk, how much longer
// the import's commit takes with them, and how long one cell's numbers take to read (docs/architecture.md, decision 66).
// Use: node bench/measurements.ts [cells, 100000] [numbers a cell, 40]
import { mkdtemp, rm, stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { createRandom } from '#shared/random.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { annotationId, newId } from '#shared/records/ids.ts'
import { createProject } from '../src/main/project/create.ts'
import type { Measured } from '../src/main/project/tables/measurements.ts'
import { imageOf } from './counted-project.ts'

const [cells, numbers] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 40)]
const AT = '2026-01-01T00:00:00.000Z'
const CORNERS = 24
const READ = 100
const NAMES = Array.from({ length: numbers }, (_, k) => `Nucleus: DAB OD feature ${k + 1}`)

interface Weighed {
  readonly bytes: number
  readonly committed: number
  /** Milliseconds to read the numbers of one cell. */
  readonly read: number
}

async function weigh(folder: string, measured: boolean): Promise<Weighed> {
  const db = await createProject(folder, { task: 'segmentation', classes: ['Cell'] })
  const image = imageOf(0)
  const random = createRandom(3)
  const outline = (): AnnotationRecord['shape'] => {
    const [x, y] = [random.uniform(30, 1970), random.uniform(30, 1970)]
    const ring = Array.from({ length: CORNERS }, (_, k) => [x + 10 * Math.cos((2 * Math.PI * k) / CORNERS), y + 10 * Math.sin((2 * Math.PI * k) / CORNERS)]) // prettier-ignore
    return { type: 'polygon', rings: [ring.flat()] }
  }
  const annotations = Array.from({ length: cells }, (): AnnotationRecord => ({
    ...{ id: annotationId.parse(newId()), imageId: image.id, classId: db.classes()[0]!.id, shape: outline() },
    ...{ origin: 'imported', predictionId: null, ...PLAIN, author: 'Bench', createdAt: AT, updatedAt: AT },
  }))
  const all: Measured[] = measured
    ? annotations.map(({ id, shape }) => ({ annotationId: id, shape, measured: { names: NAMES, numbers: Float64Array.from(NAMES, () => random.uniform(0, 100)) } })) // prettier-ignore
    : []
  const committed = timed(() => db.commit({ label: 'Import', put: { images: [image], annotations }, remove: {} }, all))
  const some = annotations.slice(0, READ)
  const read = measured ? timed(() => some.forEach(({ id }) => db.measurements((table) => table.get(id)))) / some.length : 0
  const { database: file } = db.paths
  await db.close()
  return { bytes: (await stat(file)).size, committed, read }
}

function timed(work: () => unknown): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

const folder = await mkdtemp(path.join(os.tmpdir(), 'measurements-'))
try {
  const without = await weigh(path.join(folder, 'without.slidewright'), false)
  const whole = await weigh(path.join(folder, 'with.slidewright'), true)
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
  console.log(`${cells} cells of ${CORNERS} corners, ${numbers} numbers each`)
  console.log(
    `on disk: ${megabytes(without.bytes)} without, ${megabytes(whole.bytes)} with them: ${megabytes(whole.bytes - without.bytes)} are theirs`,
  )
  console.log(`commit of the import: ${(whole.committed / without.committed).toFixed(2)} times as long`)
  console.log(`the numbers of one cell: ${whole.read.toFixed(3)} ms to read`)
} finally {
  await rm(folder, { recursive: true })
}
