// Slides predicted by the Snakemake or the Nextflow workflow, with a job killed on purpose, against the same slides predicted in one process.
//
//   node bench/cohort.ts --project P.slidewright [--engine snakemake|nextflow] [--slides 40] [--side 2048] [--folder DIR]
//     [--snakemake snakemake] [--nextflow "nextflow"]
//
// The newest detector of P is used; P is only read. Snakemake comes from pip, Nextflow from
// its own site (`--nextflow` is a command and its first arguments). Prints the numbers of objects and of differences (0 is right).
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { must } from '#shared/assert.ts'
import { smear } from '#shared/synthetic/smear.ts'
import { Workbench } from '../src/main/workbench/index.ts'

const { values: args } = parseArgs({
  options: {
    project: { type: 'string' },
    slides: { type: 'string', default: '40' },
    side: { type: 'string', default: '2048' },
    engine: { type: 'string', default: 'snakemake' },
    snakemake: { type: 'string', default: 'snakemake' },
    nextflow: { type: 'string', default: 'nextflow' },
    folder: { type: 'string' },
  },
})
const root = fileURLToPath(new URL('..', import.meta.url))
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A project of synthetic slides, tiled TIFF pyramids, with the other project's newest model. */
async function prepare(folder: string): Promise<Workbench> {
  const side = Number(args.side)
  const slides = Array.from({ length: Number(args.slides) }, (_, i) => path.join(folder, `slide-${String(i + 1).padStart(2, '0')}.tif`))
  for (const [seed, file] of slides.entries()) {
    const { data } = smear({ seed: `cohort ${seed}`, width: side, height: side })
    await sharp(data, { raw: { width: side, height: side, channels: 3 } })
      .tiff({ tile: true, pyramid: true, compression: 'deflate' })
      .toFile(file)
  }
  const source = await Workbench.open(must(args.project, '--project is wanted'))
  const model = source.latestModel()
  const names = source.classes().map(({ name }) => name)
  const bench = await Workbench.create({ folder: path.join(folder, 'Cohort.slidewright'), task: model.task, classes: names })
  await mkdir(bench.project.paths.models, { recursive: true })
  await cp(path.join(source.project.paths.models, model.id), path.join(bench.project.paths.models, model.id), { recursive: true })
  await source.close()
  const classes = bench.classes()
  bench.project.db.putModel({ ...model, classes: classes.map(({ id, name }) => ({ id, name })), parent: null })
  await bench.import({ paths: slides })
  return bench
}

/** Process ids of the parts that are at work. */
async function partsAtWork(work: string): Promise<number[]> {
  const found: number[] = []
  for (const id of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = (await readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (line.includes('cohort') && line.includes('run') && line.some((word) => word.startsWith(work)) && !line[0]!.endsWith('sh'))
      found.push(Number(id))
  }
  return found
}

/** How the workflow is started, a command and its arguments: two parts at a time at most. */
function commandOf(project: string, work: string): readonly string[] {
  const folder = path.join(root, 'resources/workflows', args.engine)
  const values = { project, work, slidewright: path.join(root, 'bin/slidewright'), threads: '1' }
  if (args.engine === 'snakemake') {
    const config = Object.entries(values).map(([name, value]) => `${name}=${value}`)
    return [args.snakemake, '-s', path.join(folder, 'Snakefile'), '--directory', path.dirname(work), '--cores', '2', '--config', ...config]
  }
  if (args.engine !== 'nextflow') throw new Error(`--engine ${args.engine}: snakemake or nextflow is wanted`)
  const parameters = Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])
  return [...args.nextflow.split(' '), 'run', folder, '-resume', '-ansi-log', 'false', '-queue-size', '2', ...parameters]
}

async function workflow(project: string, work: string, killOne: boolean): Promise<{ seconds: number; killed: number }> {
  const [command, ...rest] = commandOf(project, work)
  const begun = performance.now()
  const child = spawn(must(command, 'a command'), rest, { cwd: path.dirname(work), stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)))
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  let killed = 0
  while (killOne && killed === 0 && child.exitCode === null) {
    await pause(300)
    const results = await readdir(path.join(work, 'results')).catch((): string[] => [])
    const [one] = await partsAtWork(work)
    if (results.filter((name) => /^part-\d+$/.test(name)).length < 3 || one === undefined) continue
    process.kill(one, 'SIGKILL')
    killed = one
  }
  if ((await ended) !== 0) throw new Error(`${args.engine} failed:\n${said.slice(-3000)}`)
  return { seconds: (performance.now() - begun) / 1000, killed: killed === 0 ? 0 : 1 }
}

async function main(): Promise<void> {
  const folder = args.folder ?? (await mkdtemp(path.join(os.tmpdir(), 'cohort-')))
  await mkdir(folder, { recursive: true })
  const bench = await prepare(folder)
  const begun = performance.now()
  const { run: whole } = await bench.predict({ modelId: 'latest' })
  const oneProcess = (performance.now() - begun) / 1000
  const project = bench.folder
  await bench.close()
  const work = path.join(folder, 'work')
  const first = await workflow(project, work, true)
  const again = await workflow(project, work, false)
  const after = await Workbench.open(project)
  const joined = must(
    after.runs().find(({ id }) => id !== whole),
    'the joined run',
  )
  const all = (run: string) =>
    after.images().map(({ id }) => JSON.stringify(after.predictions(id, run).map(({ shape, score, classId }) => [shape, score, classId])))
  const [a, b] = [all(whole), all(joined.id)]
  const report = {
    slides: after.images().length,
    objects: joined.objects,
    runs: after.runs().length,
    slidesThatDiffer: a.filter((text, i) => text !== b[i]).length,
    jobsKilled: first.killed,
    engine: args.engine,
    seconds: { oneProcess, workflow: first.seconds, startedAgain: again.seconds },
  }
  await after.close()
  await writeFile(path.join(folder, 'report.json'), JSON.stringify(report, null, 1))
  console.log(JSON.stringify(report, null, 1))
}

await main()
