// Kills an import again and again at random moments (SIGKILL) and looks whether all of it is in the project, or nothing.
// Use: node bench/kills-import.ts [kills, 50] [seed, 1]
import { spawn } from 'node:child_process'
import { closeSync, cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createRandom } from '#shared/random.ts'
import { openProject } from '../src/main/project/open.ts'
import { Workbench } from '../src/main/workbench/index.ts'
import { writeVoc } from '../test/e2e/home.ts'
import { integrityFailure } from './kills/verify.ts'

const IMAGES = 60
const [kills, seed] = [Number(process.argv[2] ?? 50), Number(process.argv[3] ?? 1)]
const random = createRandom(seed)

interface Whole {
  readonly images: number
  readonly annotations: number
}

/** What a process had said when it ended, and how long the import took; it is killed so long after the project was open. */
async function importInto(project: string, source: string, wait: number): Promise<{ lines: string[]; ms: number }> {
  const log = path.join(path.dirname(project), 'log.txt')
  const out = openSync(log, 'w')
  const script = fileURLToPath(new URL('kills/importer.ts', import.meta.url))
  const child = spawn(process.execPath, [script, project, source], { stdio: ['ignore', out, 'inherit'] })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  while (child.exitCode === null && !readFileSync(log, 'utf8').startsWith('open')) await sleep(2)
  const since = performance.now()
  await Promise.race([gone, sleep(wait)])
  const ms = performance.now() - since
  child.kill('SIGKILL')
  await gone
  closeSync(out)
  return { lines: readFileSync(log, 'utf8').split('\n'), ms }
}

/** Null where the project is whole: with all of the import or none of it, and an undo that takes all of it back. */
async function failureOf(folder: string, whole: Whole, answered: boolean): Promise<{ failure: string | null; imported: boolean }> {
  const project = await openProject(folder).catch((thrown: unknown) => String(thrown))
  if (typeof project === 'string') return { failure: `does not open: ${project}`, imported: false }
  try {
    const held = (): string => `${project.images().length} images, ${project.annotations().length} annotations`
    const [all, none] = [`${whole.images} images, ${whole.annotations} annotations`, '0 images, 0 annotations']
    const imported = held() !== none
    if (project.readOnly !== '') return { failure: `opens to read only: ${project.readOnly}`, imported }
    if (imported && held() !== all) return { failure: `half an import: ${held()} of ${all}`, imported }
    if (answered && !imported) return { failure: 'an import that was answered is lost', imported }
    if (imported) project.undo()
    if (held() !== none) return { failure: `undo leaves ${held()}`, imported }
    if (imported) project.redo()
    if (imported && held() !== all) return { failure: `redo brings ${held()}`, imported }
    return { failure: integrityFailure(folder), imported }
  } finally {
    await project.close()
  }
}

const home = mkdtempSync(path.join(tmpdir(), 'slidewright-kills-'))
try {
  const source = path.join(home, 'source')
  mkdirSync(source)
  await writeVoc(source, IMAGES, { width: 960, height: 720 })
  const empty = path.join(home, 'empty.slidewright')
  await (await Workbench.create({ folder: empty, task: 'detection', classes: ['RBC', 'WBC', 'Platelets'] }, 'kills')).close()
  const project = path.join(home, 'kills.slidewright')
  const fresh = (): void => {
    rmSync(project, { recursive: true, force: true })
    cpSync(empty, project, { recursive: true })
  }
  fresh()
  const first = await importInto(project, source, 60_000)
  const told = /^done (\d+) (\d+)$/m.exec(first.lines.join('\n'))
  if (!told) throw new Error('the import did not come to its end')
  const whole = { images: Number(told[1]), annotations: Number(told[2]) }
  const failures: string[] = []
  const counts = { midway: 0, committedUnanswered: 0, answered: 0 }
  for (let kill = 1; kill <= kills; kill++) {
    fresh()
    const { lines } = await importInto(project, source, random.uniform(0, 1.2) * first.ms)
    const answered = lines.some((line) => line.startsWith('done'))
    const { failure, imported } = await failureOf(project, whole, answered)
    if (answered) counts.answered++
    else if (imported) counts.committedUnanswered++
    else counts.midway++
    if (failure !== null) failures.push(`kill ${kill}: ${failure}`)
    process.stderr.write(`\r${kill}/${kills}  ${failures.length} failures`)
  }
  process.stderr.write('\n')
  console.log(JSON.stringify({ kills, ...whole, importMs: Math.round(first.ms), ...counts, failures }, null, 2))
  process.exitCode = failures.length === 0 ? 0 : 1
} finally {
  rmSync(home, { recursive: true, force: true })
}
