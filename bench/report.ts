// How long a report of a project takes, and how large it is: fields with labels and a run's predictions, six of them drawn. Without a window, so as
// a page and not as a PDF.
// Use: node bench/report.ts [images, 100] [objects an image, 100]
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Workbench } from '../src/main/workbench/index.ts'
import { exportFrom } from '../src/main/workbench/export.ts'
import { fillProject } from './counted-project.ts'

const [images, objects] = [Number(process.argv[2] ?? 100), Number(process.argv[3] ?? 100)]
const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-report-'))
const picture = path.join(folder, 'field.png')
const bench = await Workbench.create({ folder: path.join(folder, 'p'), task: 'segmentation', classes: ['Tumor: Positive', 'Tumor: Negative', 'Stroma'] }) // prettier-ignore
try {
  await bench.pictures.smear({ seed: 1, width: 2000, height: 2000, target: picture })
  const runId = fillProject(bench.project.db, { images, objects, file: picture })
  const file = path.join(folder, 'report.html')
  const source = { kind: 'corrected', runId, score: 0.5 } as const
  const from = performance.now()
  const tools = { pictures: bench.pictures, pictureFor: () => Promise.resolve(picture) }
  await exportFrom(bench.project, { file, what: 'report', format: 'html', source }, tools)
  const seconds = ((performance.now() - from) / 1000).toFixed(1)
  const megabytes = (name: string): string => (statSync(name).size / 1e6).toFixed(2)
  process.stdout.write(
    `${String(images)} images of ${String(objects)} objects: ${seconds} s, page ${megabytes(file)} MB, record ${megabytes(`${file}.json`)} MB\n`,
  )
} finally {
  await bench.close()
  rmSync(folder, { recursive: true, force: true })
}
