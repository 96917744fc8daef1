// How long the table of counts takes: reading everything that may be counted of a project (labels and a run's predictions on each image, a few
// regions), and making the table of it by image, by region and by slide, at several scores. Without a window.
// Use: node bench/counts.ts [images, 1000] [objects an image, 100]
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { COUNT_BY } from '#shared/contracts/counts.ts'
import { tabulate } from '#shared/counts/tabulate.ts'
import { CURVE_SCORES, scoreCurve } from '#shared/counts/score-curve.ts'
import { Workbench } from '../src/main/workbench/index.ts'
import { countColumnsOf } from '../src/main/workbench/counts/count-columns.ts'
import { fillProject } from './counted-project.ts'

const [images, objects] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 100)]
const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-counts-'))
const bench = await Workbench.create({ folder: path.join(folder, 'p'), task: 'segmentation', classes: ['Tumor: Positive', 'Tumor: Negative', 'Stroma'] }) // prettier-ignore
const timed = <T>(name: string, task: () => T): T => {
  const from = performance.now()
  const result = task()
  process.stdout.write(`${name.padEnd(46)} ${((performance.now() - from) / 1000).toFixed(3)} s\n`)
  return result
}
try {
  const runId = fillProject(bench.project.db, { images, objects })
  process.stdout.write(`${images} images, ${objects} objects on each: half labels, half predictions\n`)
  const columns = timed('read all that may be counted', () => countColumnsOf(bench.project, runId))
  timed('read it once more', () => countColumnsOf(bench.project, runId))
  const project = { images: bench.images(), classes: bench.classes() }
  for (const by of COUNT_BY) timed(`table by ${by}`, () => tabulate(columns, project, { by, kind: 'corrected', score: 0.5 }))
  timed(`count at ${CURVE_SCORES.length} scores`, () => scoreCurve(columns, 'corrected', new Set(columns.imageIds)))
} finally {
  await bench.close()
  rmSync(folder, { recursive: true, force: true })
}
