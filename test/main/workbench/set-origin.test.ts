import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createProject } from '../../../src/main/project/create.ts'
import { Workbench } from '../../../src/main/workbench/workbench.ts'
import { setOrigin } from '../../../src/main/workbench/set-origin.ts'
import { replay } from '../../../src/main/workbench/steps/replay/replay.ts'
import { keptTogether } from '#shared/origin.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { anImage } from './records.ts'

const PATTERNS = { patientBy: '^(P\\d+)', slideBy: '(S\\d+)_' }

/** Three patients with two slides of two fields each; nothing is said of them. */
async function project(group: string | null = null): Promise<Workbench> {
  const folder = path.join(temporaryFolder(), 'p.slidewright')
  const db = await createProject(folder, { task: 'detection', classes: ['A'] })
  const names = ['P1', 'P2', 'P3'].flatMap((p) => ['S1', 'S2'].flatMap((s) => ['a', 'b'].map((f) => `${p}${s}_${f}.png`)))
  const images = names.map((name, i) => anImage(name, { name, sha256: i.toString(16).padStart(64, '0'), split: null, group, slide: null, patient: null })) // prettier-ignore
  db.commit({ label: 'Images', put: { images }, remove: {} })
  await db.close()
  const bench = await Workbench.open(folder)
  onTestFinished(() => bench.close())
  return bench
}

const origins = (bench: Workbench) => Object.fromEntries(bench.images().map(({ name, patient, slide, group }) => [name, [patient, slide, group]])) // prettier-ignore

describe('setOrigin', () => {
  it('reads patient and slide out of names, tells how many there are, and one undo takes it back', async () => {
    const bench = await project()
    const before = origins(bench)
    const report = setOrigin(bench, { of: 'all', ...PATTERNS })
    expect(report).toMatchObject({ images: 12, changed: 12, known: { patient: 12, slide: 12, group: 0 }, names: { patient: 3, slide: 2, group: 0 }, notes: [] }) // prettier-ignore
    expect(origins(bench)['P2S1_b.png']).toEqual(['P2', 'S1', null])
    expect(setOrigin(bench, { of: 'all', ...PATTERNS }).changed).toBe(0)
    bench.undo()
    expect(origins(bench)).toEqual(before)
  })

  it('sets and takes away by name, of the images that are meant alone', async () => {
    const bench = await project('arm A')
    setOrigin(bench, { of: { glob: 'P1*' }, set: { patient: ' Ada ' } })
    setOrigin(bench, { of: { glob: 'P2*' }, set: { group: null } })
    expect(origins(bench)['P1S1_a.png']).toEqual(['Ada', null, 'arm A'])
    expect(origins(bench)['P2S1_a.png']).toEqual([null, null, null])
    expect(origins(bench)['P3S1_a.png']).toEqual([null, null, 'arm A'])
    expect(() => setOrigin(bench, { of: { glob: 'none*' }, set: { patient: 'x' } })).toThrow('No image fits')
    expect(() => setOrigin(bench, { of: 'all', patientBy: '(' })).toThrow(/pattern/)
  })

  it('leaves what is known where a name does not fit the pattern', async () => {
    const bench = await project()
    setOrigin(bench, { of: 'all', set: { patient: 'old' } })
    setOrigin(bench, { of: 'all', patientBy: '^P1' })
    expect(new Set(bench.images().map(({ patient }) => patient))).toEqual(new Set(['P1', 'old']))
  })

  it('divides patients whole once they are known, and the same groups as before where nothing else is', async () => {
    const bench = await project()
    const shares = { split: 'auto', glob: null, seed: 1, val: 0.34, test: 0 } as const
    await bench.split({ ...shares, groupBy: PATTERNS.patientBy })
    const byGroup = bench.images().map(({ name, split }) => [name, split])
    bench.undo()
    await bench.split({ ...shares, ...PATTERNS })
    expect(bench.images().map(({ name, split }) => [name, split])).toEqual(byGroup)
    const sides = new Map<string | null, Set<string | null>>()
    for (const image of bench.images()) sides.set(keptTogether(image), (sides.get(keptTogether(image)) ?? new Set()).add(image.split))
    expect([...sides.values()].map(({ size }) => size)).toEqual([1, 1, 1])
  })

  it('is not forgotten by a split whose pattern does not fit the name: such a patient is divided no more than others', async () => {
    const bench = await project()
    setOrigin(bench, { of: { glob: 'P1*' }, set: { patient: 'Ada' } })
    for (const seed of [1, 2, 3]) {
      await bench.split({ split: 'auto', glob: null, seed, val: 0.34, test: 0, patientBy: '^P[23]' })
      const ada = bench.images().filter(({ name }) => name.startsWith('P1'))
      expect(ada.map(({ patient }) => patient)).toEqual(['Ada', 'Ada', 'Ada', 'Ada'])
      expect(new Set(ada.map(({ split }) => split)).size).toBe(1)
    }
    expect(origins(bench)['P2S1_a.png']?.[0]).toBe('P2')
  })

  it('names patients and slides as such where a split tears them, also slides of which the patient is known in part', async () => {
    const bench = await project()
    setOrigin(bench, { of: 'all', slideBy: '^(P\\dS\\d)' })
    await bench.split({ split: 'test', glob: '*_a.png', seed: 0, val: 0, test: 0 })
    const { notes } = await bench.split({ split: 'train', glob: '*_b.png', seed: 0, val: 0, test: 0 })
    expect(notes).toEqual(['6 slides stand in more than one split (P1S1, P1S2, P2S1, …): scores will look better than they are.'])
    expect(setOrigin(bench, { of: { glob: '*_a.png' }, patientBy: '^P\\d' }).notes).toEqual(notes)
    expect(setOrigin(bench, { of: 'all', patientBy: '^P\\d' }).notes).toEqual([
      '3 patients stand in more than one split (P1, P2, P3): scores will look better than they are.',
    ])
  })

  it('says where images leave the group that held them together', async () => {
    const bench = await project('patient 1')
    const note =
      '12 images are now held together by their slide and no longer by their group: where the group is the patient, say it as the patient.'
    expect(setOrigin(bench, { of: 'all', slideBy: 'S\\d' }).notes).toEqual([note])
    expect(setOrigin(bench, { of: 'all', patientBy: '^P\\d' }).notes).toEqual([])
  })

  it('is done again by a replay, single images by their contents', async () => {
    const bench = await project()
    setOrigin(bench, { of: 'all', ...PATTERNS })
    setOrigin(bench, { of: { images: [bench.images()[0]!.id] }, set: { group: 'control' } })
    const done = origins(bench)
    const steps = bench.steps.all()
    expect(steps.map(({ step }) => step.kind)).toEqual(['origin', 'origin'])
    const other = await project()
    expect((await replay(other, { steps })).map(({ said }) => said)).toEqual(['12 images changed', '1 image changed'])
    expect(origins(other)).toEqual(done)
  })
})
