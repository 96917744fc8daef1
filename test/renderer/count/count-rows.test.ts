import { describe, expect, test } from 'vitest'
import { besideText, rowName, shownImages, sortedRows, tableAsTsv } from '../../../src/renderer/count/count-rows.ts'
import { groupedPairs, niceTicks } from '../../../src/renderer/count/scatter-geometry.ts'
import { type CountColumns, STANDING, type CountBy } from '../../../src/shared/contracts/counts.ts'
import { type CountRow, tabulate } from '../../../src/shared/counts/tabulate.ts'
import { regionId, runId } from '../../../src/shared/records/ids.ts'
import { CLASSES, IMAGE, imageOf, OTHER_IMAGE, RBC } from '../records.ts'

const IMAGES = [
  {
    ...imageOf(),
    name: 'b.png',
    split: 'val' as const,
    slide: 'S1',
    patient: 'Ada',
    group: 'P1',
    micronsPerPixel: 1000,
    width: 2,
    height: 3,
  },
  { ...imageOf(OTHER_IMAGE), name: '=SUM(A1).png', split: null, group: 'P2', state: 'done' as const, micronsPerPixel: null },
]
// On the first image 12 labels of RBC and a prediction of WBC that nobody decided on.
const COLUMNS: CountColumns = {
  ...{ runId: runId.parse('run'), imageIds: [IMAGE, OTHER_IMAGE], seen: Uint8Array.of(1, 1), classIds: CLASSES.map(({ id }) => id) },
  ...{ images: new Uint32Array(13), classes: Uint16Array.from({ length: 13 }, (_, i) => (i < 12 ? 0 : 1)) },
  scores: Float64Array.from({ length: 13 }, (_, i) => (i < 12 ? Number.NaN : 0.7)),
  standing: Uint8Array.from({ length: 13 }, (_, i) => (i < 12 ? STANDING.truth : STANDING.predicted | STANDING.open)),
  sizes: Float64Array.from({ length: 13 }, (_, i) => i + 1),
  ...{ regions: [], parts: [], insideObjects: new Uint32Array(), insideRegions: new Uint32Array(), twice: new Uint32Array() },
  ...{
    areaObjects: new Uint32Array(),
    areaRegions: new Uint32Array(),
    areaPixels: new Float64Array(),
    outside: Float64Array.from({ length: 13 }, (_, i) => i + 1),
  },
}
const OPEN_NAMES = {
  of: ({ name }: { readonly name: string }) => name,
  originOf: ({ group }: { readonly group: string | null }) => group,
  masked: false,
}
const MASKED = { of: () => 'Image 1', originOf: () => null, masked: true }
const ALL_SHOWN = { shown: 'all', finished: 'all', text: '', only: null } as const
const table = (by: CountBy = 'image', score = 0.5) =>
  tabulate(COLUMNS, { images: IMAGES, classes: CLASSES }, { by, kind: 'corrected', score })

describe('the table of counts', () => {
  test('has a row for every image, also those without any object', () => {
    expect(table().rows.map(({ total }) => total)).toEqual([13, 0])
    expect(table().all.perClass.map(({ n }) => n)).toEqual([12, 1, 0])
    expect(table('image', 0.8).all.total).toBe(12)
  })

  test('shows the images that the filters let through', () => {
    const shown = (filters: Partial<Parameters<typeof shownImages>[1]>, names: Parameters<typeof shownImages>[2] = OPEN_NAMES) =>
      shownImages(IMAGES, { ...ALL_SHOWN, ...filters }, names).map(({ name }) => name)
    expect(shown({ shown: 'val' })).toEqual(['b.png'])
    expect(shown({ shown: 'test' })).toEqual([])
    expect(shown({ finished: 'finished' })).toEqual(['=SUM(A1).png'])
    expect(shown({ finished: 'open' })).toEqual(['b.png'])
    expect(shown({ text: ' p2' })).toEqual(['=SUM(A1).png'])
    expect(shown({ text: 'p2' }, MASKED)).toEqual([])
    const only = { by: 'group', name: 'P1', ids: new Set([IMAGES[0]!.id]) } as const
    expect(shown({ only }, MASKED)).toEqual([IMAGES[0]!.name])
    expect(shown({ only, shown: IMAGES[0]!.split === 'val' ? 'train' : 'val' })).toEqual([])
  })

  test('is sorted by a class either way', () => {
    const name = ({ images }: CountRow): string => images[0]!.name
    expect(sortedRows(table().rows, RBC, true, name).map(({ total }) => total)).toEqual([13, 0])
    expect(sortedRows(table().rows, RBC, false, name).map(({ total }) => total)).toEqual([0, 13])
    expect(sortedRows(table().rows, 'image', false, name).map(name)).toEqual(['=SUM(A1).png', 'b.png'])
    expect(sortedRows(table('group').rows, 'area', false, name).map(name)).toEqual(['=SUM(A1).png', 'b.png'])
  })

  test('is sorted by area and by region, and copied with its areas', () => {
    const region = (name: string, pixels: number, at: number) => ({
      id: regionId.parse(name),
      name,
      ...{ pixels, looked: pixels },
      fullyLabelled: false,
      image: at,
    })
    const regions = [region('Spot 10', 3, 0), region('Spot 2', 6, 0), region('Edge', 50, 1), region('Rim', 90, 1)]
    const columns: CountColumns = { ...COLUMNS, regions }
    const rows = tabulate(columns, { images: IMAGES, classes: CLASSES }, { by: 'region', kind: 'truth', score: 0.5 }).rows
    const names = (column: 'area' | 'region', descending: boolean): string[] =>
      sortedRows(rows, column, descending, ({ images }) => images[0]!.name).flatMap(({ region: of }) => of?.name ?? [])
    expect(names('region', false)).toEqual(['Edge', 'Rim', 'Spot 2', 'Spot 10'])
    expect(names('area', true)).toEqual(['Spot 2', 'Spot 10', 'Rim', 'Edge'])
    const lines = tableAsTsv({ rows, all: table().all }, { by: 'region', classes: CLASSES, source: 'truth', shown: OPEN_NAMES }).split('\n')
    expect(lines[0]).toBe('image\tregion\tarea px²\tarea mm²\tRBC\tWBC\tPlatelets\ttotal\tcounted')
    expect(
      lines
        .find((line) => line.includes('Spot 2'))
        ?.split('\t')
        .slice(2, 4),
    ).toEqual(['6', '6'])
    expect(
      lines
        .find((line) => line.includes('Rim'))
        ?.split('\t')
        .slice(2, 4),
    ).toEqual(['90', ''])
  })

  test('a slide or patient hides its name with the others', () => {
    const [first] = table('group').rows
    expect(rowName(first!, 'group', OPEN_NAMES)).toBe('P1')
    expect(rowName(first!, 'group', MASKED)).toBe('Image 1')
  })

  test('tells below a number what was asked for', () => {
    const [rbc, wbc] = table().rows[0]!.perClass
    expect(besideText(rbc!, 'other', 'corrected')).toBe('predicted 0')
    expect(besideText(wbc!, 'other', 'predictions')).toBe('corrected 1')
    expect(besideText(rbc!, 'density', 'corrected')).toBe('2/mm²')
    expect(besideText(rbc!, 'size', 'corrected')).toBe('6.5 mm²')
    expect(besideText(table().rows[1]!.perClass[0]!, 'density', 'corrected')).toBe('')
  })

  test('copied, it names what was counted, ends with totals, and holds no formula', () => {
    const cells = (by: CountBy): string[][] => tableAsTsv(table(by), { by, classes: CLASSES, source: 'truth', shown: OPEN_NAMES }).split('\n').map((line) => line.split('\t')) // prettier-ignore
    expect(cells('image')).toEqual([
      ['image', 'split', 'state', 'RBC', 'WBC', 'Platelets', 'total', 'counted'],
      ['b.png', 'val', IMAGES[0]!.state, '12', '1', '0', '13', 'truth'],
      ["'=SUM(A1).png", '', 'done', '0', '0', '0', '0', 'truth'],
      ['total', '', '', '12', '1', '0', '13', 'truth'],
    ])
    expect(cells('group')[1]).toEqual(['P1', '', '1', '12', '1', '0', '13', 'truth'])
    expect(cells('slide').slice(0, 2)).toEqual([['slide', 'patient', 'image', 'images', 'RBC', 'WBC', 'Platelets', 'total', 'counted'], ['S1', 'Ada', '', '1', '12', '1', '0', '13', 'truth']]) // prettier-ignore
  })
})

describe('a row that is of no slide or patient', () => {
  const patients = table('patient')
  const copied = (shown: Parameters<typeof rowName>[2]): string[][] => tableAsTsv(patients, { by: 'patient', classes: CLASSES, source: 'truth', shown }).split('\n').map((line) => line.split('\t').slice(0, 3)) // prettier-ignore

  test('is of its image alone, which is no patient', () => {
    expect(patients.rows.map(({ name }) => name)).toEqual(['Ada', null])
    expect(rowName(patients.rows[1]!, 'patient', OPEN_NAMES)).toBe('(no patient) =SUM(A1).png')
    expect(copied(OPEN_NAMES)).toEqual([['patient', 'image', 'images'], ['Ada', '', '1'], ['', "'=SUM(A1).png", '1'], ['total', '', '']]) // prettier-ignore
  })

  test('is copied as it is shown while names are masked, as is every other', () => {
    expect(rowName(patients.rows[1]!, 'patient', MASKED)).toBe('(no patient) Image 1')
    expect(copied(MASKED)).toEqual([['patient', 'image', 'images'], ['Image 1', '', '1'], ['', 'Image 1', '1'], ['total', '', '']]) // prettier-ignore
    for (const by of ['image', 'region', 'slide', 'group'] as const)
      expect(tableAsTsv(table(by), { by, classes: CLASSES, source: 'truth', shown: MASKED })).not.toMatch(/png|Ada|S1|P1/)
  })
})

describe('the scatter', () => {
  test('puts images with equal counts on one spot', () => {
    const pair = (id: string, annotated: number, counted: number) => ({ imageId: id, annotated, counted })
    expect(groupedPairs([pair('a', 1, 2), pair('b', 2, 1), pair('c', 1, 2)])).toEqual([
      { annotated: 1, counted: 2, images: ['a', 'c'] },
      { annotated: 2, counted: 1, images: ['b'] },
    ])
  })

  test('has few whole ticks from 0 to beyond the largest count', () => {
    for (const most of [1, 2, 7, 10, 54, 99, 100, 1234, 87_000]) {
      const ticks = niceTicks(most)
      expect(ticks[0]).toBe(0)
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most)
      expect(ticks.every(Number.isInteger)).toBe(true)
      expect(ticks.length).toBeLessThanOrEqual(7)
    }
  })
})
