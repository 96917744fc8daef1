import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { makeOutput } from '../../src/cli/output.ts'
import { program } from '../../src/cli/program.ts'
import { createProject } from '../../src/main/project/create.ts'
import { openProject } from '../../src/main/project/open.ts'
import { model, run } from '../main/project/fixtures.ts'
import { anAnnotation, anImage } from '../main/workbench/records.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-'))
const project = path.join(folder, 'p.slidewright')

beforeAll(async () => {
  const db = await createProject(project, { task: 'detection', classes: ['RBC'] })
  db.putModel({ ...model('first'), createdAt: '2026-01-01T00:00:00.000Z' })
  db.putModel({ ...model('second'), parent: model('first').id, createdAt: '2026-01-02T00:00:00.000Z' })
  await db.close()
})

/** Two runs over a test image with three cells: A finds the first and the second, B the first and the third, and B sees one where none is. */
async function withRuns(): Promise<void> {
  const db = await openProject(project)
  const [rbc] = db.classes()
  const at = (x: number) => ({ type: 'box', x, y: 10, width: 20, height: 20 }) as const
  const label = (id: string, x: number) => anAnnotation(id, 'a', { classId: rbc!.id, shape: at(x) })
  const images = [anImage('a', { split: 'test' }), anImage('b', { split: 'test', state: 'done', sha256: '1'.repeat(64) })]
  db.commit({ label: 'Test', put: { images, annotations: [label('1', 10), label('2', 110), label('3', 210)] }, remove: {} })
  const found = (x: number) => ({ imageId: images[0]!.id, classId: rbc!.id, score: 0.9, shape: at(x) })
  const of = images.map(({ id }) => id)
  db.addRun(run('run-a', model('first').id), of, [found(10), found(110)])
  db.addRun(run('run-b', model('second').id), of, [found(10), found(210), found(400)])
  // Somebody has put an image that the second learned from among the test images since.
  db.setSetting(`learned-images ${model('second').id}`, { train: ['b'], val: ['a'] })
  await db.close()
}

afterAll(() => {
  rmSync(folder, { recursive: true })
})
afterEach(() => vi.restoreAllMocks())

async function asked(command: string, ...args: string[]): Promise<unknown> {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  await program(makeOutput(true)).parseAsync(['models', command, project, ...args], { from: 'user' })
  return JSON.parse(String(out.mock.calls.at(-1)?.[0]))
}

/** Everything that a command says, warnings too. */
async function told(command: string, ...args: string[]): Promise<string> {
  const streams = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true))
  await program(makeOutput(false)).parseAsync(['models', command, project, ...args], { from: 'user' })
  return streams.flatMap(({ mock }) => mock.calls.map(([text]) => String(text))).join('')
}

const said = (...args: string[]): Promise<string> => told('list', ...args)

describe('slidewright models', () => {
  it('lists models as a tree, with who made what of what', async () => {
    expect(await asked('list')).toMatchObject({
      models: [
        { name: 'first', depth: 0, author: 'Ada', pinned: false, note: '' },
        { name: 'second', depth: 1, parent: 'first' },
      ],
    })
    expect(await said()).toMatch(/^first .*\n {2}second /m)
  })

  it('keeps notes and pins, by name or latest, as edits that can be undone', async () => {
    await asked('note', 'first', 'the one for the paper')
    await asked('pin', 'latest')
    expect(await asked('list')).toMatchObject({ models: [{ note: 'the one for the paper' }, { name: 'second', pinned: true }] })
    const db = await openProject(project)
    expect(db.undo()).toMatchObject({ kind: 'undo', label: 'Pin second' })
    await db.close()
    expect(await asked('list')).toMatchObject({ models: [{ note: 'the one for the paper' }, { name: 'second', pinned: false }] })
  })

  it('writes a model as one file under no other name than .zip', async () => {
    await expect(asked('export', 'first', path.join(folder, 'cells.onnx'))).rejects.toMatchObject({ code: 'wrong-format' })
  })

  it('leaves archived models out of the list and of latest, until they are taken out again', async () => {
    await asked('archive', 'second')
    expect(await asked('list')).toMatchObject({ models: [{ name: 'first' }] })
    expect(await said('--all')).toContain('second (archived)')
    expect(await asked('pin', 'latest')).toMatchObject({ model: 'first' })
    await asked('archive', 'first')
    await expect(asked('pin', 'latest')).rejects.toMatchObject({ code: 'no-model' })
    expect(await said()).toContain('2 archived models not shown')
    await asked('unarchive', 'first')
    await asked('unarchive', 'second')
    expect(await asked('list')).toMatchObject({ models: [{ name: 'first', pinned: true }, { name: 'second' }] })
  })

  it('says so where there is no such model', async () => {
    await expect(asked('pin', 'third')).rejects.toMatchObject({ code: 'no-such-model' })
  })

  it('compares two models image by image, from what they predicted already', async () => {
    await withRuns()
    const counted = (row: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(row).map(([key, ids]) => [key, Array.isArray(ids) ? ids.length : ids]))
    const compared = (await asked('compare', 'first', 'second')) as { images: Record<string, unknown>[] }
    const { images } = compared
    expect(compared).toMatchObject({ split: 'test', seenBefore: { a: { learned: 0, chosen: 0 }, b: { learned: 1, chosen: 1 } } })
    expect(images.map(counted)).toEqual([
      { imageId: 'a', both: 1, onlyA: 1, onlyB: 1, neither: 0, wrongA: 0, wrongB: 1 },
      { imageId: 'b', both: 0, onlyA: 0, onlyB: 0, neither: 0, wrongA: 0, wrongB: 0 },
    ])
    expect(images[0]).toMatchObject({ both: ['1'], onlyA: ['2'], onlyB: ['3'] })
    await expect(asked('compare', 'first', 'second', '--split', 'val')).rejects.toMatchObject({ code: 'no-images' })
  })

  it('says on which images two models are compared, and which of them one has seen before', async () => {
    const text = await told('compare', 'first', 'second')
    expect(text).toContain('A: first, B: second, on 2 labelled images of the split test, score 0.5 and more, IoU 0.5.')
    expect(text).toContain('B: The model learned from 1 of these images: the figures flatter it')
    expect(text).toContain('By 1 of these images its best epoch and thresholds were chosen')
    expect(text).not.toContain('A: The model')
  })
})
