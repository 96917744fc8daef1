import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { Workbench } from '../../src/main/workbench/index.ts'
import { keepLearnedImages } from '../../src/main/workbench/learned-images.ts'
import { classifierGraph } from '../main/workbench/foreign-graphs.ts'
import { anAnnotation } from '../main/workbench/records.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
const project = path.join(folder, 'p.slidewright')
let modelId = ''

// Four pictures, red or dark, of two patients; the graph calls red infected.
beforeAll(async () => {
  const bench = await Workbench.create({ folder: project, task: 'classification', classes: ['Healthy', 'Infected'] }, 'Ada')
  const files = ['A_1', 'A_2', 'B_1', 'B_2'].map((name) => path.join(folder, `${name}.png`))
  for (const [i, file] of files.entries())
    await sharp({ create: { width: 32, height: 32, channels: 3, background: { r: i % 2 === 0 ? 250 - i : i, g: 0, b: 0 } } }).toFile(file)
  await bench.import({ paths: files, split: 'test', groupBy: '^[AB]' })
  const [healthy, infected] = bench.classes()
  const annotations = bench
    .images()
    .map(({ id, name }) =>
      anAnnotation(`label-${id}`, id, { classId: (name.endsWith('_1.png') ? infected : healthy)!.id, shape: { type: 'image' } }),
    )
  bench.edit({ label: 'Labels', put: { annotations }, remove: {} })
  const graph = path.join(folder, 'net.onnx')
  writeFileSync(graph, classifierGraph({ names: "{0: 'Infected', 1: 'Healthy'}" }))
  const { model } = await bench.library.import({ file: graph })
  modelId = model.id
  keepLearnedImages(bench.project, model.id, { train: bench.images().slice(0, 3).map(({ id }) => id), val: [] }) // prettier-ignore
  await bench.close()
}, 120_000)
afterAll(() => {
  rmSync(folder, { recursive: true })
})
afterEach(() => vi.restoreAllMocks())

async function evaluated(json: boolean) {
  const [out, warned] = (['stdout', 'stderr'] as const).map((name) => vi.spyOn(process[name], 'write').mockReturnValue(true))
  await program(makeOutput(json)).parseAsync(['evaluate', project, '--model', 'net', '--split', 'test'], { from: 'user' })
  const text = (spy: typeof out): string => spy!.mock.calls.map(([said]) => String(said)).join('')
  return { out: text(out), warned: text(warned) }
}

describe('slidewright evaluate', () => {
  it('names model and split, what intervals were drawn by, and how many images were learned from', async () => {
    const { out, warned } = await evaluated(false)
    expect(out).toMatch(new RegExp(`^net \\(${modelId}\\) on the split test:\n4 images\n`))
    expect(out).toContain('The 95 % intervals were drawn by slide or patient: 2 of them, each with all of its images.\n')
    expect(warned).toContain('From 2 slides or patients only: the 95 % intervals are likely too narrow.')
    expect(warned).toContain('The model learned from 3 of these images: the figures flatter it')
    vi.restoreAllMocks()
    const again = await evaluated(true)
    expect(JSON.parse(again.out)).toMatchObject({ name: 'net', split: 'test', accuracy: 1, seenBefore: { learned: 3, chosen: 0 } })
  }, 120_000)

  it('makes a run that nobody asked to look at', async () => {
    const bench = await Workbench.open(project)
    try {
      expect(bench.runs().map(({ settings }) => settings['aside'])).toEqual([true])
    } finally {
      await bench.close()
    }
  })

  it('works where a slide or patient is known of some images alone: intervals are drawn by image', async () => {
    const bench = await Workbench.open(project)
    const [first] = bench.images()
    bench.edit({ label: 'Group', put: { images: [{ ...first!, group: null }] }, remove: {} })
    await bench.close()
    expect((await evaluated(false)).out).toContain(
      'The 95 % intervals were drawn by image, 4 of them: no slide or patient is known of each.',
    )
  }, 120_000)
})
